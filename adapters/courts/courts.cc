// The source: see courts.h.
#include "adapters/courts/courts.h"

#include <algorithm>
#include <memory>

#include "adapters/courts/abuse.h"
#include "adapters/courts/common_platform.h"
#include "adapters/courts/groups.h"
#include "adapters/courts/outcomes.h"
#include "adapters/courts/spi_results.h"
#include "adapters/courts/told.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/utf16.h"

namespace concordat::courts {
namespace {

using sdk::Failure;
using sdk::Input;

bool ends_with(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  return std::equal(ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

Input failed(Failure failure, std::string_view raw) { return sdk::failed_input(failure.line, std::move(failure.field), std::move(failure.error), raw, false); }

/// The message of several inputs, held once.
using Raw = std::shared_ptr<const std::string>;

Input input_of(const Hearing& hearing, Raw raw) {
  Input out;
  out.line = hearing.line;
  out.reference = hearing.id;
  out.shared = std::move(raw);
  out.test = hearing.test;
  return out;
}

About about(const Hearing& hearing, About::What what) {
  About out;
  out.what = what;
  out.told = hearing.told;
  out.is_whole = hearing.is_whole;
  out.id = hearing.id;
  out.key = hearing.key;
  out.shared = hearing.shared;
  out.day = day_text(hearing.day);
  return out;
}

/// Of a text that a court sends twice (FNV-1a): nobody gains by two that have the same.
std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return std::to_string(hash) + "/" + std::to_string(text.size());
}

/// Each defendant's input that fails is kept with the whole message: what that comes to is bounded, of a message and of a file.
class Copies {
 public:
  std::optional<Failure> add(std::size_t people, std::string_view raw, std::uint64_t line) {
    constexpr std::size_t kMessageMost = 256u << 20, kFileMost = 512u << 20;
    const std::size_t bytes = people * raw.size();
    if (bytes > kMessageMost) return Failure{line, "record", {Fault::Malformed, code::kLimit, "too many defendants for a message of this length"}};
    if (bytes > kFileMost - bytes_) return Failure{line, "record", {Fault::Malformed, code::kLimit, "too many defendants in one file: offer its hearings in several"}};
    bytes_ += bytes;
    return std::nullopt;
  }

 private:
  std::size_t bytes_ = 0;
};

/// One input for each defendant, so that what is wrong about one holds back no other's; before them the hearing itself.
void add_inputs(const Hearing& hearing, const Raw& raw, const Tables& tables, std::vector<Input>& out) {
  if (hearing.told == Told::Resulted && hearing.is_whole) {
    Input whole = input_of(hearing, raw);
    About all = about(hearing, About::What::Whole);
    for (const Defendant& defendant : hearing.defendants) all.defendants.push_back(defendant.key);
    if (!hearing.shared) {
      all.carried = {"*"};
      all.text = fingerprint(*raw);
    }
    set_about(whole, all);
    out.push_back(std::move(whole));
  }
  for (const Defendant& defendant : hearing.defendants) {
    auto news = news_of(hearing, defendant, tables);
    if (!news) {
      out.push_back(failed(news.error(), {}));
      out.back().shared = raw;
      out.back().reference = hearing.id;
      // What was told of him, when an order was made, is still followed.
      if (defendant.party.empty() || defendant.failure) continue;
      news = std::vector<News>();
    }
    if (defendant.is_company) continue;
    Input input = input_of(hearing, raw);
    input.line = defendant.line;
    About his = about(hearing, About::What::Defendant);
    his.defendant = defendant.key;
    for (const std::string& name : names_of_case(defendant)) his.cases.push_back(name);
    his.summons = summons_of(defendant);
    // Of messages that no time of sharing orders, the texts say which came first.
    if (!hearing.is_whole || (hearing.told == Told::Resulted && !hearing.shared)) {
      for (std::size_t at = 0; at < defendant.charges.size(); ++at) his.carried.push_back(name_of_charge(defendant, at));
      his.text = fingerprint(*raw);
    }
    his.abuse_case = defendant.abuse_case.value_or(false);
    for (News& each : *news) {
      input.events.push_back(std::move(each.event));
      his.marks.push_back(std::move(each.marks));
      his.offences.push_back(std::move(each.offences));
      for (std::string& annulled : each.annuls) his.annuls.push_back(std::move(annulled));
    }
    set_about(input, his);
    out.push_back(std::move(input));
  }
}

/// Why a text cannot be JSON as a whole; null if it may be.
const char* no_json(std::string_view text) {
  if (read::is_utf16(text)) return read::kIsUtf16;
  if (text.substr(text.starts_with("\xef\xbb\xbf") ? 3 : 0).find_first_not_of(" \t\r\n") == std::string_view::npos) return "it is empty";
  return nullptr;
}

Input deletion_of(const std::string& id) {
  Hearing hearing;
  hearing.id = hearing.key = id;
  hearing.line = 1;
  Input out = input_of(hearing, {});
  out.raw = "DELETE /hearing/" + id + "/delete";
  set_about(out, about(hearing, About::What::Deleted));
  return out;
}

}  // namespace

std::vector<Input> CourtSource::read(const std::string& name, std::string_view text) const {
  constexpr std::string_view kDelete = "DELETE /hearing/";
  if (name.starts_with(kDelete)) {
    const std::string rest = name.substr(kDelete.size());
    return {deletion_of(rest.substr(0, rest.find('/')))};
  }
  if (text.size() > read::kFileBytesMax) return {failed({1, "file", {Fault::Malformed, code::kLimit, "the file is too long"}}, {})};
  if (name.starts_with("POST /hearing/") || ends_with(name, ".json") || ends_with(name, ".jsonl")) return read_json(text, name);
  if (ends_with(name, ".xml")) return read_xml(text);
  return {failed({1, "file", {Fault::Malformed, code::kInput, "neither .json, .jsonl nor .xml"}}, text.substr(0, read::kRecordBytesMax))};
}

std::vector<Input> CourtSource::read_json(std::string_view text, const std::string& name) const {
  Came came;
  if (name.starts_with("POST ")) came.as = name.ends_with("/result") ? Told::Resulted : Told::Listed;
  if (const char* why = no_json(text); why != nullptr && (!read::trim(text).empty() || !ends_with(name, ".jsonl"))) return {failed({1, "file", {Fault::Malformed, code::kInput, why}}, text.substr(0, read::kRecordBytesMax))};
  std::vector<Input> out;
  Copies copies;
  for (const read::JsonRecord& record : read::split_json(text)) {
    if (!record.why.empty()) {
      out.push_back(failed({record.line, "record", {Fault::Malformed, code::kInput, std::string(record.why)}}, record.raw));
      continue;
    }
    const auto hearing = read_common_platform(record, came, tables_);
    if (!hearing) {
      out.push_back(failed(hearing.error(), record.raw));
    } else if (auto over = copies.add(hearing->defendants.size() + 1, record.raw, record.line)) {
      out.push_back(failed(std::move(*over), record.raw));
    } else {
      add_inputs(*hearing, std::make_shared<const std::string>(record.raw), tables_, out);
    }
  }
  return out;
}

std::vector<Input> CourtSource::read_xml(std::string_view text) const {
  bool test = false;
  const auto hearings = read_spi_results(text, tables_, test);
  std::vector<Input> out;
  // A test message is refused as one even where the rest of it is broken.
  if (test && environment_ == Environment::Live) {
    out.push_back(failed({1, "TestOperation", {Fault::Malformed, code::kTestData, "TestOperation is true"}}, text));
  } else if (!hearings) {
    out.push_back(failed(hearings.error(), text));
  } else {
    std::size_t people = 0;
    for (const SpiCase& each : *hearings) people += each ? each->defendants.size() : 1;
    if (auto over = Copies().add(people, text, 1)) {
      out.push_back(failed(std::move(*over), text));
    } else {
      const auto raw = std::make_shared<const std::string>(text);
      for (const SpiCase& each : *hearings) {
        if (each) add_inputs(*each, raw, tables_, out);
        if (each) continue;
        out.push_back(failed(each.error(), {}));
        out.back().shared = raw;
      }
    }
  }
  for (Input& each : out) each.test = test;
  return out;
}

Result<int> CourtSource::follow(Input& input, sdk::Kept& kept, Instant now) const { return courts::follow(input, kept, now); }

}  // namespace concordat::courts
