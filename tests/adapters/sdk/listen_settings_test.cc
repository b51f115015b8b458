// Who may connect: what a configuration may say of it, and what it may not leave unsaid.
#include "adapters/sdk/listen_settings.h"

#include <gtest/gtest.h>

namespace concordat::testing {
namespace {

/// "listening", or what is refused, with its place.
std::string read(const std::string& listen) {
  const auto document = text::Document::parse("x.yaml", "listen: " + listen + "\n");
  if (!document) return describe(document.error());
  auto map = *document->map();
  auto inner = *map.map("listen");
  const auto settings = sdk::read_listen(inner, map.key("listen"));
  if (!settings) return settings.error().detail;
  const auto finished = inner.finish();
  return finished ? "listening" : finished.error().detail;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Listen, OnThisMachineNothingMoreIsAsked) {
  EXPECT_EQ(read("{port: 2575}"), "listening");
  EXPECT_EQ(read("{address: \"::1\", port: 2575}"), "listening");
  EXPECT_EQ(read("{address: 127.0.0.9, port: 0, certificate: a.pem, key: a.key}"), "listening");
}

TEST(Listen, BeyondItTlsAndTheSendersCertificatesAreNeeded) {
  EXPECT_EQ(read("{address: 10.1.2.3, port: 2575, certificate: a.pem, key: a.key, clients: ca.pem, senders: [tie.example]}"), "listening");
  for (const char* address : {"10.1.2.3", "0.0.0.0", "\"::\"", "\"::ffff:127.0.0.1\"", "128.0.0.1", "localhost"}) {
    const std::string said = read("{address: " + std::string(address) + ", port: 2575, certificate: a.pem, key: a.key}");
    EXPECT_TRUE(has(said, "x.yaml:1:") && has(said, "`clients` and `senders`") && has(said, "network_protected_by")) << address << ": " << said;
  }
}

TEST(Listen, SomebodyMayDecideThatTheNetworkProtectsItInSoManyWords) {
  EXPECT_EQ(read("{address: 10.1.2.3, port: 2575, network_protected_by: \"J. Hale, head of infrastructure, 3 March 2026\"}"), "listening");
  for (const char* word : {"yes", "true", "\"yes\"", "it does", "\"\""}) {
    EXPECT_NE(read("{address: 10.1.2.3, port: 2575, network_protected_by: " + std::string(word) + "}"), "listening") << word;
  }
}

TEST(Listen, WhatContradictsItselfIsRefused) {
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem}"), "both"));
  EXPECT_TRUE(has(read("{port: 1, clients: ca.pem, senders: [a]}"), "needs TLS"));
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem, key: a.key, clients: ca.pem}"), "go together"));
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem, key: a.key, senders: [a]}"), "go together"));
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem, key: a.key, clients: ca.pem, senders: []}"), "at least one"));
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem, key: a.key, clients: ca.pem, senders: [\"*.example\"]}"), "no pattern"));
  EXPECT_TRUE(has(read("{port: 1, certificate: a.pem, key: a.key, clients: ca.pem, senders: [a], network_protected_by: \"J. Hale, 3 March 2026\"}"), "leave it out"));
  EXPECT_TRUE(has(read("{port: 1, certificates: a.pem}"), "certificate"));
}

}  // namespace
}  // namespace concordat::testing
