// The messages of the admin protocol: see protocol.h.
#include "broker/admin/protocol.h"

namespace concordat::admin {
namespace {

tl::unexpected<Error> bad(std::string detail) { return fail(Fault::Malformed, code::kFrame, "admin message: " + std::move(detail)); }

Result<std::string> text_of(const text::Json& object, std::string_view name) {
  const text::Json* member = object.member(name);
  if (member == nullptr || member->kind() != text::Json::Kind::Text) return bad("it has no text '" + std::string(name) + "'");
  return member->scalar();
}

template <class Id>
Result<Id> hex_of(const text::Json& object, std::string_view name) {
  TRY(const std::string hex, text_of(object, name));
  const auto id = Id::from_hex(hex);
  if (!id) return bad("'" + std::string(name) + "' is not hexadecimal of its length");
  return *id;
}

/// What the signature covers beside its context.
Bytes signed_part(const Greeting& greeting, ByteView request) {
  Writer writer;
  writer.sized(greeting.broker).raw(greeting.nonce.view()).raw(request);
  return writer.take();
}

}  // namespace

Bytes encode(const Greeting& greeting) {
  text::Json object = text::Json::object();
  object.set("admin", text::Json::number(1));
  object.set("broker", text::Json::text(greeting.broker));
  object.set("nonce", text::Json::text(greeting.nonce.hex()));
  return text::to_text(object);
}

Result<Greeting> decode_greeting(ByteView bytes) {
  TRY(const text::Json object, text::parse_json(bytes));
  const text::Json* version = object.member("admin");
  if (version == nullptr || version->scalar() != "1") return fail(Fault::Malformed, code::kVersion, "admin socket");
  Greeting greeting;
  TRY(greeting.broker, text_of(object, "broker"));
  TRY(greeting.nonce, hex_of<Nonce>(object, "nonce"));
  return greeting;
}

std::string Question::argument(std::string_view name) const {
  const text::Json* member = arguments.member(name);
  return member != nullptr && member->kind() == text::Json::Kind::Text ? member->scalar() : std::string();
}

Bytes encode(const Question& question, const Greeting& greeting, const seal::SigningPair& pair) {
  text::Json inner = text::Json::object();
  inner.set("verb", text::Json::text(question.verb));
  inner.set("arguments", question.arguments);
  const std::string request = text::to_text(inner);
  text::Json outer = text::Json::object();
  outer.set("key", text::Json::text(pair.verify.hex()));
  outer.set("signature", text::Json::text(seal::sign(pair.secret, kContext, signed_part(greeting, request)).hex()));
  outer.set("request", text::Json::text(request));
  return text::to_text(outer);
}

Result<SignedQuestion> decode_question(ByteView bytes, const Greeting& greeting) {
  TRY(const text::Json outer, text::parse_json(bytes));
  SignedQuestion result;
  TRY(result.key, hex_of<seal::VerifyKey>(outer, "key"));
  TRY(const auto signature, hex_of<seal::Signature>(outer, "signature"));
  TRY(const std::string request, text_of(outer, "request"));
  if (!seal::verifies(result.key, kContext, signed_part(greeting, request), signature)) {
    return fail(Fault::Unauthenticated, code::kProof, "admin request");
  }
  TRY(const text::Json inner, text::parse_json(request));
  TRY(result.question.verb, text_of(inner, "verb"));
  const text::Json* arguments = inner.member("arguments");
  if (arguments == nullptr || arguments->kind() != text::Json::Kind::Object) return bad("'arguments' is no object");
  result.question.arguments = *arguments;
  return result;
}

Bytes encode(const Result<text::Json>& answer) {
  text::Json object = text::Json::object();
  object.set("ok", text::Json::boolean(answer.has_value()));
  if (answer) {
    object.set("result", *answer);
  } else {
    object.set("code", text::Json::text(answer.error().code.name));
    object.set("meaning", text::Json::text(answer.error().code.meaning));
    object.set("detail", text::Json::text(answer.error().detail));
    object.set("remedy", text::Json::text(answer.error().code.remedy));
  }
  return text::to_text(object);
}

Result<Answer> decode_answer(ByteView bytes) {
  TRY(const text::Json object, text::parse_json(bytes));
  const text::Json* ok = object.member("ok");
  if (ok == nullptr || ok->kind() != text::Json::Kind::Boolean) return bad("the answer does not say 'ok'");
  Answer answer;
  answer.ok = ok->scalar() == "true";
  if (!answer.ok) {
    TRY(answer.code, text_of(object, "code"));
    TRY(answer.meaning, text_of(object, "meaning"));
    TRY(answer.detail, text_of(object, "detail"));
    TRY(answer.remedy, text_of(object, "remedy"));
    return answer;
  }
  const text::Json* result = object.member("result");
  if (result == nullptr) return bad("the answer has no 'result'");
  answer.result = *result;
  return answer;
}

}  // namespace concordat::admin
