// A court's hearing in our own words, whichever format it came in: defendants with what was ordered, before it is told apart what
// of it is news. Private to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/read/when.h"

namespace concordat::v1 {
class Person;
class Practitioner;
}

namespace concordat::courts {

/// A hearing that will be: of this message itself, or one that a result names.
struct Listing {
  std::string hearing;   ///< Its id, if the court has given it one.
  std::string court, court_code;
  std::string at;        ///< As written; may be empty (a date to be fixed).
  std::string type;      ///< The court's words for the kind.
  bool vacated = false;
};

struct Ruling {
  std::string id;
  std::string code, short_code, label;
  std::string ordered;   ///< A date as written; empty: the hearing's.
  bool final = false, amended = false;
  std::vector<std::string> qualifiers;
  std::vector<std::string> conditions;  ///< That the names of its prompts say.
  std::string until;     ///< The day on which an order ends.
  std::optional<std::size_t> offence;   ///< Which of the defendant's; none: of the defendant or the case.
  std::string application, title;       ///< Of the application that it decides.
  std::optional<Listing> next;
};

struct Charge {
  std::string id;
  std::uint32_t sequence = 0;  ///< Within the ASN; 0: not said.
  std::string code;
  std::string plea, plea_date;
  std::string verdict, verdict_date;
  std::string convicted;       ///< A date as written.
};

struct Defendant {
  std::string id;              ///< What the court calls him.
  std::string key;             ///< And in this case: "id@case".
  std::string master;          ///< What it calls him in all his cases.
  std::string case_id;         ///< The platform's, of the case.
  std::shared_ptr<v1::Person> person;
  std::shared_ptr<v1::Practitioner> officer;  ///< In the case; may be null.
  std::vector<std::pair<std::string, std::string>> references;  ///< Of the case: type and value.
  std::vector<Charge> charges;
  std::vector<Ruling> results;
  std::uint64_t line = 0;
  bool is_company = false;
  bool of_application = false; ///< Only an application names his case.
  std::string party;           ///< Where he stands in the message, if he is a party of an application and no defendant: a witness, a victim.
  bool markers_listed = false; ///< The case says which markers it has, be it none.
  std::optional<bool> abuse_case;  ///< His case is one of domestic abuse; none: this message does not say. See abuse.h.
  std::optional<sdk::Failure> failure;        ///< Then nothing of him is told.
};

enum class Told : std::uint8_t {
  Listed,      ///< The hearing is listed, moved or vacated. Results in it are not shared yet.
  Resulted,    ///< Its results are shared.
  Deleted,     ///< It is as if it had never been.
};

struct Hearing {
  Told told = Told::Listed;
  std::string id;
  std::string key;             ///< The id; "id@2026-07-15" for what was shared of a later day.
  bool is_whole = false;       ///< What it does not say any more no longer stands. Not so of SPI.
  Listing here;                ///< Itself.
  std::vector<read::Date> days;
  std::string day;             ///< That the results are of, as written.
  std::optional<Instant> shared;
  std::vector<Defendant> defendants;
  std::uint64_t line = 0;
  bool test = false;
};

}  // namespace concordat::courts
