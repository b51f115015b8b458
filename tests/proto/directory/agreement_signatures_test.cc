// An agreement is signed when every role that it names has signed it, with a key of the directory, and it alone.
#include "proto/directory/agreement_signatures.h"

#include "tests/proto/directory/partnership.h"

namespace concordat::directory {
namespace {

class AgreementSignatures : public testing::Test {
 protected:
  AgreementSignatures() {
    p.police.signatories = {{"chief_officer", p.verify_key("chief")}};
    directory = *read_unproven(*propose(nullptr, p.all()));
    text = *join_agreement("agreement: a\n", "", "a.yaml");
  }
  void sign(const seal::VerifyKey& key) { text.sign(p.pair(key), seal::context::kAgreement); }
  std::string checked() { return said(check_signatures(text, needed, directory)); }

  Partnership p;
  Directory directory;
  SignedText text;
  std::vector<SignatureNeeded> needed{{"police", "chief_officer"}, {"council", "caldicott_guardian"}};
};

TEST_F(AgreementSignatures, OfEveryRoleNamedAreNeeded) {
  EXPECT_NE(checked().find("not signed by the chief_officer of police, the caldicott_guardian of council"), std::string::npos);
  sign(p.police.signatories[0].verify);
  EXPECT_NE(checked().find("not signed by the caldicott_guardian of council"), std::string::npos);
  sign(p.council.signatories[0].verify);
  EXPECT_EQ(checked(), "ok");
}

TEST_F(AgreementSignatures, ByThePartyItselfOrAnotherRoleDoNotCount) {
  sign(p.police.keys[0]);
  sign(p.council.signatories[0].verify);
  needed = {{"police", "chief_officer"}, {"police", "caldicott_guardian"}};
  EXPECT_NE(checked().find("the chief_officer of police, the caldicott_guardian of police"), std::string::npos);
}

TEST_F(AgreementSignatures, OfOneRoleDoNotCountForAnotherOfTheSameParty) {
  p.police.signatories.push_back({"data_protection_officer", p.verify_key("officer")});
  directory = *read_unproven(*propose(nullptr, p.all()));
  sign(p.police.signatories[0].verify);
  needed = {{"police", "chief_officer"}, {"police", "data_protection_officer"}};
  EXPECT_NE(checked().find("not signed by the data_protection_officer of police."), std::string::npos) << checked();
}

TEST_F(AgreementSignatures, OfASuspendedPartyDoNotCount) {
  sign(p.police.signatories[0].verify);
  sign(p.council.signatories[0].verify);
  directory.parties[0].suspended = true;
  EXPECT_NE(checked().find("not signed by the chief_officer of police"), std::string::npos);
}

TEST_F(AgreementSignatures, OfAPartySuspendedLaterStillStand) {
  sign(p.police.signatories[0].verify);
  sign(p.council.signatories[0].verify);
  directory.parties[0].suspended = true;
  EXPECT_EQ(said(check_signatures(text, needed, directory, Signing::Standing)), "ok");
  text.signatures.clear();
  EXPECT_NE(said(check_signatures(text, needed, directory, Signing::Standing)).find("not signed by the chief_officer of police"), std::string::npos);
}

TEST_F(AgreementSignatures, StandBesideTheFileNotInIt) {
  sign(p.police.signatories[0].verify);
  const Bytes lines = signature_lines(text);
  const auto joined = join_agreement(text.text, lines, "a.yaml");
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->signatures, text.signatures);
  EXPECT_EQ(joined->digest(seal::context::kAgreement), text.digest(seal::context::kAgreement));
  EXPECT_FALSE(join_agreement(text.text + lines, "", "a.yaml"));
}

}  // namespace
}  // namespace concordat::directory
