// SPI ResultedCase: out of its wrappers, and what it says of a case.
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

const std::string kKey = "07CW1234526@2026-07-14T10:00:00@B06AN01/2607CW0100000048101J/";
const std::string kAll = kKey + "protective_order_made/restraining #1 | " + kKey + "community_sentence #1 | " + kKey + "bail_with_conditions #2 | " + kKey + "pleaded_guilty #1 | " + kKey + "convicted #1 | " + kKey +
                         "pleaded_not_guilty #2 | " + kKey + "next_hearing";

std::string spi(const std::string& text, Environment environment = Environment::Live) { return Courts(environment).take(text, "f.xml"); }
std::string inner() {
  std::string text = sample("resulted-case.xml");
  text = text.substr(text.find("&lt;d:ResultedCaseMessage"));
  text = text.substr(0, text.find("</e:DataStreamContent>"));
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 4, "&lt;") == 0) out += '<', at += 3;
    else if (text.compare(at, 4, "&gt;") == 0) out += '>', at += 3;
    else out += text[at];
  }
  return out;
}
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}
std::string changed(const std::string& from, const std::string& to) { return spi(replaced(inner(), from, to)); }

TEST(SpiResults, TheSampleIsAnEventAnOutcome) { EXPECT_EQ(spi(sample("resulted-case.xml")), kAll); }

TEST(SpiResults, NoWrapperMakesADifference) {
  EXPECT_EQ(spi(inner()), kAll) << "bare";
  EXPECT_EQ(spi("<DeliverRequest><Message>" + inner() + "</Message></DeliverRequest>"), kAll);
  EXPECT_EQ(spi("<RouteData><DataStreamContent>" + escaped(escaped(inner())) + "</DataStreamContent></RouteData>"), kAll) << "escaped twice";
  EXPECT_EQ(spi("<s:Envelope xmlns:s=\"x\"><s:Body><r><Message>" + escaped("<RouteData><DataStreamContent>" + escaped(inner()) + "</DataStreamContent></RouteData>") + "</Message></r></s:Body></s:Envelope>"), kAll);
  EXPECT_EQ(spi("\n\n  <?xml version=\"1.0\"?>\n" + inner()), kAll) << "the declaration after white space";
  EXPECT_EQ(spi("<RouteData><DataStreamContent>\n \n" + escaped("<?xml version=\"1.0\"?>" + inner()) + "</DataStreamContent></RouteData>"), kAll);
}

TEST(SpiResults, MalformedContentIsQuarantinedWithItsPlace) {
  EXPECT_EQ(spi("<RouteData>\n<DataStreamContent>\n&lt;ResultedCaseMessage&gt;&lt;Session&gt;</DataStreamContent></RouteData>"), "3: E-INPUT DataStreamContent");
  EXPECT_EQ(spi("<RouteData><DataStreamContent>malformed</DataStreamContent></RouteData>"), "1: E-INPUT DataStreamContent");
  EXPECT_EQ(spi("<RouteData/>"), "1: E-INPUT ResultedCaseMessage");
  EXPECT_EQ(spi("not xml"), "1: E-INPUT file");
  EXPECT_EQ(spi(replaced(sample("resulted-case.xml"), ">SPIResults<", ">SPINewCase<")), "1: E-INPUT DataStreamType");
  EXPECT_EQ(spi("<a>" + inner() + inner() + "</a>"), "1: E-INPUT ResultedCaseMessage") << "one message has one";
}

TEST(SpiResults, AMessageThatDefinesEntitiesIsNotTaken) {
  const std::string text = replaced(inner(), "<d:PersonFamilyName>", "<d:PersonFamilyName>&e;");
  EXPECT_EQ(spi("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>" + text), "1: E-INPUT file");
  EXPECT_EQ(spi("<!DOCTYPE a [<!ENTITY e \"many\"><!ENTITY f \"&e;&e;\">]>" + text), "1: E-INPUT file");
  EXPECT_EQ(spi("<RouteData><DataStreamContent>" + escaped("<!DOCTYPE a>" + inner()) + "</DataStreamContent></RouteData>"), "1: E-INPUT DataStreamContent");
}

TEST(SpiResults, WhatIsWrongAboutOneCaseHoldsBackNoOther) {
  const std::string text = inner();
  const auto begin = text.find("<d:Case>"), end = text.find("</d:Case>") + 9;
  const std::string broken = replaced(text.substr(begin, end - begin), "07CW1234526", "");
  EXPECT_EQ(spi(text.substr(0, begin) + broken + text.substr(begin)), "4: E-INPUT PTIURN | " + kAll);
  const std::string after = spi(text.substr(0, end) + broken + text.substr(end));
  EXPECT_TRUE(after.starts_with(kAll + " | ") && after.ends_with(": E-INPUT PTIURN")) << after;
}

TEST(SpiResults, WhatStandsTwiceIsNotChosenFrom) {
  const auto twice = [](const std::string& element) { return changed(element, element + element); };
  EXPECT_EQ(twice("<d:PTIURN>07CW1234526</d:PTIURN>"), "5: E-INPUT PTIURN");
  EXPECT_EQ(twice("<d:DateOfHearing>2026-07-14</d:DateOfHearing>"), "3: E-INPUT DateOfHearing");
  EXPECT_EQ(twice("<d:ProsecutorReference>2607CW0100000048101J</d:ProsecutorReference>"), "7: E-INPUT ProsecutorReference");
  EXPECT_EQ(twice("<d:OffenceCode>SC15004</d:OffenceCode>"), "24: E-INPUT OffenceCode");
}

TEST(SpiResults, EverySessionIsRead) {
  const std::string text = inner();
  const auto begin = text.find("<d:Session>"), end = text.find("</d:Session>") + 12;
  const std::string other = replaced(replaced(text.substr(begin, end - begin), "07CW1234526", "07CW1234626"), "2607CW0100000048101J", "2607CW0100000048102K");
  const std::string all = spi(text.substr(0, end) + other + text.substr(end));
  EXPECT_TRUE(all.starts_with(kAll + " | 07CW1234626@")) << all;
}

TEST(SpiResults, ACourtListIsCalledOne) {
  EXPECT_TRUE(has(lines("<CourtList><sessions/></CourtList>", "f.xml"), "a court list of Libra"));
}

TEST(SpiResults, WhatIsMissingOrWrongIsNamedWithItsLine) {
  EXPECT_EQ(changed("<d:DateOfHearing>2026-07-14", "<d:DateOfHearing>DATE_OF_HEARING"), "3: E-VALUE DateOfHearing");
  EXPECT_EQ(changed("<d:PTIURN>07CW1234526</d:PTIURN>", ""), "4: E-INPUT PTIURN");
  EXPECT_EQ(changed("<d:ProsecutorReference>2607CW0100000048101J</d:ProsecutorReference>", ""), "6: E-INPUT ProsecutorReference");
  EXPECT_EQ(changed("<d:Birthdate>1988-02-28", "<d:Birthdate>1988-02-31"), "14: E-VALUE Birthdate");
  EXPECT_EQ(changed("<d:OffenceCode>SC15004</d:OffenceCode>", ""), "24: E-INPUT OffenceCode");
  EXPECT_EQ(changed("<d:ConvictionDate>2026-07-14", "<d:ConvictionDate>soon"), "25: E-VALUE ConvictionDate");
}

TEST(SpiResults, ATestOperationStaysOutOfLive) {
  const std::string test = replaced(sample("resulted-case.xml"), "<e:TestOperation>false", "<e:TestOperation>true");
  EXPECT_EQ(spi(test), "1: E-TEST-DATA TestOperation");
  EXPECT_EQ(spi(replaced(test, "07CW1234526", "")), "1: E-TEST-DATA TestOperation") << "whatever else is wrong with it";
  EXPECT_EQ(spi(test, Environment::Test), kAll);
  EXPECT_TRUE(has(lines(test, "f.xml", Environment::Unstated), "\"test\":true"));
  EXPECT_EQ(spi(replaced(sample("resulted-case.xml"), "<e:TestOperation>false", "<e:TestOperation>perhaps")), "1: E-TEST-DATA TestOperation") << "not plainly a no";
}

TEST(SpiResults, AResultWithoutACodeIsReadByItsShortCodeOrNotAtAll) {
  EXPECT_EQ(changed("<d:ResultText>CANARYTEXT5 without a code", "<d:ResultText>RESTRAOP - CANARYTEXT5"), replaced(kAll, "restraining #1", "restraining #1 #2"));
  EXPECT_EQ(changed("<d:ResultText>CANARYTEXT5 without a code", "<d:ResultText>IMP - OSSIBLE"), replaced(kAll, " | " + kKey + "pleaded_guilty", " | " + kKey + "imprisoned #2 | " + kKey + "pleaded_guilty"))
      << "a known short code counts whatever follows it";
}

TEST(SpiResults, QualifiersAreConditionsAndCancelThem) {
  Courts courts;
  courts.take(inner(), "f.xml");
  EXPECT_TRUE(has(lines(inner(), "f.xml"), R"("condition_kind":["curfew","no_contact","no_indirect_contact"])")) << lines(inner(), "f.xml");
  EXPECT_TRUE(has(changed("<d:ResultCode>4027", "<d:ResultCode>4594</d:ResultCode><d:ResultCodeQualifier>LI</d:ResultCodeQualifier><d:ResultCode>4594"), "bail_changed #2"));
}

TEST(SpiResults, AnUrgentResultMarksTheCase) {
  Courts courts;
  courts.take(replaced(inner(), "<d:ResultCode>3105</d:ResultCode><d:ResultText>Curfew at CANARYTEXT3</d:ResultText><d:ResultCodeQualifier>BA", "<d:ResultCode>4594</d:ResultCode><d:ResultText>x</d:ResultText><d:ResultCodeQualifier>LG"), "f.xml");
  ASSERT_EQ(courts.listing().person(0).warning_marker_size(), 1);
  EXPECT_EQ(courts.listing().person(0).warning_marker(0).code(), "LG");
  EXPECT_EQ(courts.listing().person(0).warning_marker(0).meaning(), "domestic violence case");
}

TEST(SpiResults, EveryOutcomeSaysWhetherItsCaseIsOneOfAbuse) {
  const auto abuse = [](const std::string& text) {
    std::string out;
    for (const sdk::Input& input : source().read("f.xml", text)) {
      for (const sdk::TypedEvent& event : input.events) {
        if (event.kind != contract::Kind::CourtOutcome) continue;
        const v1::Outcome& outcome = static_cast<const v1::CourtOutcome&>(*event.message).outcome();
        out += outcome.has_abuse_case() ? (outcome.abuse_case() ? 'y' : 'n') : '?';
      }
    }
    return out;
  };
  EXPECT_EQ(abuse(inner()), "yyyyyy") << "SC15004 is one of its offences";
  const std::string theft = replaced(inner(), "<d:OffenceCode>SC15004", "<d:OffenceCode>TH68001");
  EXPECT_EQ(abuse(theft), "??????") << "SPI lists no markers: it does not know";
  const std::string urgent = "<d:ResultCode>3105</d:ResultCode><d:ResultText>Curfew at CANARYTEXT3</d:ResultText><d:ResultCodeQualifier>BA";
  EXPECT_EQ(abuse(replaced(theft, urgent, "<d:ResultCode>4594</d:ResultCode><d:ResultText>x</d:ResultText><d:ResultCodeQualifier>LG")), "yyyyyy");
  EXPECT_EQ(abuse(replaced(theft, urgent, "<d:ResultCode>4594</d:ResultCode><d:ResultText>x</d:ResultText><d:ResultCodeQualifier>LH")), "??????");
}

TEST(SpiResults, AnApplicationIsKnownByItsOffenceCode) {
  EXPECT_TRUE(has(spi(replaced(replaced(inner(), "<d:OffenceCode>CJ88116", "<d:OffenceCode>SE20559"), "<d:ResultCode>4027", "<d:ResultCode>1030")), "protective_order_changed/restraining #2"));
}

TEST(SpiResults, ASecondDefendantOfTheSameReferenceIsHimself) {
  const std::string text = inner();
  const auto begin = text.find("<d:Defendant>"), end = text.find("</d:Defendant>") + 14;
  const std::string other = text.substr(begin, end - begin);
  const std::string both = text.substr(0, end) + other + text.substr(end);
  EXPECT_TRUE(has(spi(both), kKey.substr(0, kKey.size() - 1) + "#2/protective_order_made/restraining #1")) << spi(both);
}

TEST(SpiResults, OfACompanyNothingIsPublished) {
  std::string text = inner();
  const auto begin = text.find("<d:CourtIndividualDefendant>"), end = text.find("</d:CourtIndividualDefendant>");
  text.replace(begin, end + 29 - begin, "<d:CourtCorporateDefendant><d:OrganisationName><d:OrganisationName>A</d:OrganisationName></d:OrganisationName></d:CourtCorporateDefendant>");
  EXPECT_EQ(spi(text), "");
}

TEST(SpiResults, APleaIsToldOnceThoughEveryMessageRepeatsIt) {
  Courts courts;
  courts.take(inner(), "f.xml");
  const std::string later = replaced(replaced(inner(), "<d:DateOfHearing>2026-07-14", "<d:DateOfHearing>2026-07-28"), "<d:ConvictionDate>2026-07-14", "<d:ConvictionDate>2026-07-14");
  const std::string told = courts.take(later, "g.xml");
  EXPECT_FALSE(has(told, "pleaded")) << told;
  EXPECT_FALSE(has(told, "convicted")) << told;
}

}  // namespace
}  // namespace concordat::courts::testing
