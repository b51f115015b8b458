// Random messages within the limits, for property tests: filled through the same lists of fields that encode them, then
// mended where a message has a rule of its own. One seed makes one message.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <type_traits>

#include "proto/wire/decision_fields.h"
#include "proto/wire/session_fields.h"

namespace concordat::wire {

struct Dice {
  std::mt19937_64 engine;
  bool full = false;  // every field there, every list with two elements: for tests that look for fields left out
  explicit Dice(std::uint64_t seed, bool all = false) : engine(seed), full(all) {}
  std::uint64_t below(std::uint64_t bound) { return engine() % bound; }
  bool some() { return full || below(4) != 0; }
  std::size_t count(std::size_t max) {
    return full ? std::min<std::size_t>(max, 2) : below(std::min<std::size_t>(max, 5) + 1);
  }
};

template <class E>
E any_of(Dice& dice) {
  const auto words = contract::words<E>();
  return static_cast<E>(words[dice.below(words.size())].number);
}

inline contract::FactEntry any_fact(Dice& dice) {
  const contract::FactInfo& row = contract::kFacts[dice.below(contract::kFacts.size())];
  if (!row.words.empty()) return {row.fact, row.words[dice.below(row.words.size())].number};
  return {row.fact, static_cast<contract::FactValue>(1 + dice.below(std::min<std::uint32_t>(row.most, 1000)))};
}

namespace codec {

inline void mend(Dice&, Header& m) { m.version = kProtocolVersion; }
inline void mend(Dice& dice, TokenEntry& m) {
  m.type = static_cast<TokenType>(dice.below(2) == 0 ? 1 + dice.below(7) : 32 + dice.below(3));
}
inline void mend(Dice& dice, EventLeaf& m) { m.kind = static_cast<std::uint8_t>(any_of<contract::Kind>(dice)); }
inline void mend(Dice& dice, SignedMark& m) {
  m.in = m.mark.sequence == 0 ? SignedIn::Nothing : static_cast<SignedIn>(1 + dice.below(3));
}
inline void mend(Dice&, Hello& m) { m.version = kProtocolVersion; }
inline void mend(Dice&, Welcome& m) { m.version = kProtocolVersion; }
inline void mend(Dice& dice, Progress& m) { m.state = any_of<contract::ProgressState>(dice); }
inline void mend(Dice& dice, Report& m) { m.state = any_of<contract::ProgressState>(dice); }
inline void mend(Dice& dice, EventResult& m) { m.outcome = static_cast<Outcome>(1 + dice.below(3)); }
inline void mend(Dice&, Delivery& m) { std::sort(m.others.begin(), m.others.end()); }
inline void mend(Dice& dice, DecisionStatement::Released& m) { m.fact = any_fact(dice); }
inline void mend(Dice& dice, DecisionStatement& m) {
  m.kind = static_cast<std::uint8_t>(any_of<contract::Kind>(dice));
  m.lane = static_cast<std::uint8_t>(1 + dice.below(3));
  if (m.clauses.empty()) m.grants.clear();
  for (std::size_t i = 0; i < m.grants.size(); ++i)
    m.grants[i].clause = static_cast<std::uint16_t>(m.clauses.size() - 1 - i % m.clauses.size());
}
inline void mend(Dice&, DeliveryFrame& m) {
  std::erase_if(m.proofs, [](const BatchProof& proof) { return proof.digests.empty(); });
  if (m.proofs.empty()) m.deliveries.clear();
  for (std::size_t i = 0; i < m.deliveries.size(); ++i) {
    m.deliveries[i].proof = static_cast<std::uint16_t>(m.proofs.size() - 1 - i % m.proofs.size());
    m.deliveries[i].place = static_cast<std::uint16_t>(m.proofs[m.deliveries[i].proof].digests.size() - 1);
  }
}
template <class M>
void mend(Dice&, M&) {}

/// A visitor that fills in what Get would read.
class Fill {
 public:
  static constexpr bool kReads = true;
  explicit Fill(Dice& dice) : dice_(dice) {}

  template <class M>
  void whole(M& m) {
    zero(Rules{}, m);
    fields(*this, m);
    mend(dice_, m);
  }
  template <class T>
  void number(unsigned, const char*, T& out) {
    if (dice_.some()) out = static_cast<T>((dice_.engine() >> dice_.below(64)) | 1);
  }
  template <class E>
  void choice(unsigned, const char*, E&) {}
  void flag(unsigned, const char*, bool& out) { out = dice_.full || dice_.below(2) == 0; }
  void fixed64(unsigned field, const char* name, std::uint64_t& out) { number(field, name, out); }
  void instant(unsigned, const char*, Instant& out) {
    if (dice_.some())
      out = instant_of(static_cast<std::int64_t>(dice_.engine() >> dice_.below(40)) - (dice_.full ? 0 : 1000));
  }
  template <class Id>
  void id(unsigned, const char*, Id& out) {
    if (dice_.some()) any(out);
  }
  template <class Id>
  void ids(unsigned, const char*, std::vector<Id>& out, std::size_t max) {
    out.resize(dice_.count(max));
    for (Id& id : out) any(id);
  }
  void label(unsigned, const char*, seal::Label& out) {
    out.person = static_cast<std::uint16_t>(dice_.below(4));
    out.roles = static_cast<std::uint8_t>(out.person == 0 ? 0 : 1 + dice_.below(31));
    out.item = static_cast<std::uint16_t>(1 + dice_.below(35));
    out.part = static_cast<std::uint16_t>(dice_.below(3));
  }
  void bytes(unsigned, const char*, Bytes& out, std::size_t max) {
    if (!dice_.some()) return;
    out.resize(1 + dice_.below(std::min<std::size_t>(max, 200)));
    for (char& c : out) c = static_cast<char>(dice_.below(256));
  }
  void text(unsigned, const char*, Bytes& out, std::size_t max) {
    static constexpr const char* kPieces[] = {"a", "-", "Siân", "ł", "東", "🦊", "Z", " "};
    if (!dice_.some()) return;
    out = "x";
    for (std::size_t left = dice_.below(std::min<std::size_t>(max / 5, 20)); left > 0; --left)
      out += kPieces[dice_.below(8)];
  }
  void words(unsigned field, const char* name, Bytes& out, std::size_t max) { text(field, name, out, max); }
  void facts(unsigned, const char*, std::vector<contract::FactEntry>& out, std::size_t max) {
    for (std::size_t left = dice_.count(max); left > 0; --left) out.push_back(any_fact(dice_));
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.fact < b.fact; });
    out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.fact == b.fact; }),
              out.end());
  }
  void blobs(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max) {
    out.resize(dice_.count(count));
    for (Bytes& one : out) bytes(field, name, one, max);
  }
  void texts(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max) {
    out.resize(dice_.count(count));
    for (Bytes& one : out) text(field, name, one, max);
  }
  template <class M>
  void message(unsigned, const char*, M& out) {
    if (dice_.some()) whole(out);
  }
  template <class M>
  void messages(unsigned, const char*, std::vector<M>& out, std::size_t max) {
    out.resize(dice_.count(max));
    for (M& one : out) whole(one);
  }

 private:
  template <class Id>
  void any(Id& id) {
    for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(1 + dice_.below(255));
  }
  Dice& dice_;
};

/// A visitor that says every value, zero ones too: two messages are equal if it says the same of both.
class Say {
 public:
  static constexpr bool kReads = false;
  std::string said;
  template <class T>
  void number(unsigned, const char* name, const T& value) {
    say(name, std::to_string(value));
  }
  template <class E>
  void choice(unsigned field, const char* name, const E& value) {
    number(field, name, static_cast<unsigned>(value));
  }
  void flag(unsigned, const char* name, bool value) { say(name, value ? "yes" : "no"); }
  void fixed64(unsigned field, const char* name, std::uint64_t value) { number(field, name, value); }
  void instant(unsigned field, const char* name, Instant at) { number(field, name, ms_of(at)); }
  template <class Id>
  void id(unsigned, const char* name, const Id& id) {
    say(name, id.hex());
  }
  template <class Id>
  void ids(unsigned, const char* name, const std::vector<Id>& ids, std::size_t) {
    for (const Id& id : ids) say(name, id.hex());
  }
  void label(unsigned, const char* name, const seal::Label& label) { say(name, to_hex(label.encode())); }
  void bytes(unsigned, const char* name, ByteView bytes, std::size_t) { say(name, to_hex(bytes)); }
  void text(unsigned, const char* name, ByteView text, std::size_t) { say(name, text); }
  void words(unsigned, const char* name, ByteView text, std::size_t) { say(name, text); }
  void facts(unsigned, const char* name, const std::vector<contract::FactEntry>& facts, std::size_t) {
    say(name, to_hex(contract::encode_facts(facts)));
  }
  void blobs(unsigned, const char* name, const std::vector<Bytes>& list, std::size_t, std::size_t) {
    for (const Bytes& one : list) say(name, to_hex(one));
  }
  void texts(unsigned, const char* name, const std::vector<Bytes>& list, std::size_t, std::size_t) {
    for (const Bytes& one : list) say(name, one);
  }
  template <class M>
  void message(unsigned, const char* name, const M& m) {
    say(name, "(");
    fields(*this, m);
    said += ") ";
  }
  template <class M>
  void messages(unsigned field, const char* name, const std::vector<M>& list, std::size_t) {
    for (const M& one : list) message(field, name, one);
  }

 private:
  void say(const char* name, std::string_view value) { said.append(name).append(" ").append(value).append(" "); }
};

}  // namespace codec

template <class M>
M random_message(Dice& dice) {
  M message;
  codec::Fill(dice).whole(message);
  return message;
}

template <class M>
std::string said(const M& message) {
  codec::Say say;
  codec::fields(say, message);
  return say.said;
}

}  // namespace concordat::wire
