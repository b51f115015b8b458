// concordat party request: makes a party's keys and its directory entry, from a plan.
#include <filesystem>

#include "ops/concordat/files.h"
#include "ops/concordat/make_entry.h"
#include "ops/concordat/verbs.h"
#include "proto/base/durable_file.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<std::uint32_t> serial_after(const std::string& file, const Arguments& arguments) {
  if (arguments.has("serial")) {
    const std::string text = arguments.one("serial");
    const bool digits = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) return fail(Fault::Malformed, code::kUsage, "--serial is a number");
    return static_cast<std::uint32_t>(std::stoul(text));
  }
  if (!std::filesystem::exists(file)) return 1u;
  TRY(const directory::SignedText text, read_signed(file));
  TRY(const directory::PartyEntry entry, directory::read_party_entry(text.text, file));
  return entry.serial + 1;
}

Result<Exit> run(Call call) {
  const std::string plan_file = call.arguments.one("plan");
  TRY(const Bytes plan_text, read_input(plan_file));
  TRY(const directory::PartyEntry plan, directory::read_party_plan(plan_text, plan_file));
  const std::string folder = call.arguments.has("to") ? call.arguments.one("to") : ".";
  const std::string file = folder + "/" + plan.name + ".entry";
  TRY(const std::uint32_t serial, serial_after(file, call.arguments));
  seal::SystemEntropy entropy;
  TRY(const MadeEntry made, make_party_entry(plan, serial, folder + "/keys", entropy));
  TRY_VOID(write_public(file, directory::write_signed_text(made.text)));
  call.out.both("entry", file);
  call.out.both("keys", folder + "/keys");
  call.out.set("serial", text::Json::number(serial));
  call.out.line("Send the entry to whoever proposes the directory. Two named people then read these back by phone:");
  text::Json words = text::Json::array();
  for (const KeyToRead& key : made.keys) {
    call.out.line("  " + key.owner + std::string(key.owner.size() < 34 ? 34 - key.owner.size() : 1, ' ') + key.words);
    words.add(text::Json::object().set("owner", text::Json::text(key.owner)).set("words", text::Json::text(key.words)));
  }
  call.out.set("words", std::move(words));
  return Exit::Done;
}

}  // namespace

Verb party_request() {
  return {"party",
          "request",
          "Make a party's keys and its signed directory entry, from a plan",
          "The plan is the entry without keys (proto/directory/README.md has every word):\n\n"
          "  party: my-cwa\n"
          "  title: My CWA\n"
          "  partnership: cheshire-east\n"
          "  environment: test\n"
          "  role: support_service\n"
          "  signatories: [chief_executive]\n"
          "  desks: {support: {role: support_service, serves: anywhere, staffed: office_hours}}\n"
          "  clients: {support: {reads: [support]}}\n\n"
          "Secret keys stay in keys/ beside the entry; only public halves are in it. Keys that are there are kept, so the same\n"
          "words after a change of the plan make the next entry.",
          {{Kind::Place, "plan", "The plan, a YAML file", true},
           {Kind::Value, "to", "Folder for the entry and keys/; this one if not said", false},
           {Kind::Value, "serial", "Of the entry; one more than the entry that is there if not said", false}},
          run};
}

}  // namespace concordat::ops
