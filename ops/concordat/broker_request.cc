// concordat broker request: makes a broker's keys and its directory entry.
#include "ops/concordat/files.h"
#include "ops/concordat/keys.h"
#include "ops/concordat/make_entry.h"
#include "ops/concordat/verbs.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) {
  directory::BrokerEntry plan;
  plan.name = call.arguments.one("name");
  const bool demonstration = call.arguments.has("demonstration");
  TRY(const bool live, is_live(call.arguments));
  plan.place = {call.arguments.one("partnership"), live ? directory::Environment::Live : directory::Environment::Test, demonstration};
  const std::string serial = call.arguments.has("serial") ? call.arguments.one("serial") : "1";
  if (serial.empty() || serial.size() > 9 || serial.find_first_not_of("0123456789") != std::string::npos) {
    return fail(Fault::Malformed, code::kUsage, "--serial is a number");
  }
  const std::string folder = call.arguments.has("to") ? call.arguments.one("to") : ".";
  const std::string file = folder + "/" + plan.name + ".entry";
  seal::SystemEntropy entropy;
  TRY(const MadeEntry made, make_broker_entry(plan, static_cast<std::uint32_t>(std::stoul(serial)), folder + "/keys", entropy));
  KeyFolder keys(folder + "/keys");
  TRY_VOID(keys.keys("key-ring", seal::KeyPurpose::KeyRing, plan.name, {live, demonstration}, entropy));
  TRY_VOID(keys.keys("pseudonym", seal::KeyPurpose::Pseudonym, plan.name, {live, demonstration}, entropy));
  TRY_VOID(write_public(file, directory::write_signed_text(made.text)));
  call.out.both("entry", file);
  call.out.both("keys", folder + "/keys");
  for (const KeyToRead& key : made.keys) call.out.both(key.owner, key.words);
  return Exit::Done;
}

}  // namespace

Verb broker_request() {
  return {"broker",
          "request",
          "Make a broker's keys and its signed directory entry",
          "Makes signing, transport, box, key-ring and pseudonym keys in keys/. Keys that are there are kept.",
          {{Kind::Value, "name", "The broker's name in the directory", true},
           {Kind::Value, "partnership", "The partnership's name", true},
           {Kind::Value, "environment", "live or test", true},
           {Kind::Value, "to", "Folder for the entry and keys/; this one if not said", false},
           {Kind::Value, "serial", "Of the entry; 1 if not said", false},
           {Kind::Flag, "demonstration", "The keys are demonstration keys, which production programs refuse", false}},
          run};
}

}  // namespace concordat::ops
