// YAML as agreements and configuration use it: one meaning or a refusal with its place.
#include "proto/text/yaml.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace concordat::text {
namespace {

std::string refusal(const std::string& yaml, Limits limits = {}) {
  auto document = Document::parse("f.yaml", yaml, code::kYaml, limits);
  return document ? "accepted" : std::string(document.error().code.name) + " " + document.error().detail;
}

struct Bad {
  const char* yaml;
  const char* expected;
};

TEST(Yaml, SurprisesAreRefusedWithTheirPlace) {
  const Bad cases[] = {
      {"", "E-YAML f.yaml:1:1: the file is empty"},
      {"# only a comment\n", "E-YAML f.yaml:1:1: the file is empty"},
      {"a: 1\nb:\t2\n", "E-YAML f.yaml:2:3: a tab; use spaces"},
      {"a: 1\na: 2\n", "E-YAML f.yaml:2:1: `a` stands here twice; the first is on line 1"},
      {"x: {b: 1, \"b\": 2}\n", "E-YAML f.yaml:1:11: `b` stands here twice; the first is on line 1"},
      {"a: &x 1\nb: *x\n", "E-YAML f.yaml:1:4: an anchor; write it out, so that the text says what it means"},
      {"a: *x\n", "E-YAML f.yaml:1:4: an alias; write it out, so that the text says what it means"},
      {"a: &x {b: 1}\n", "E-YAML f.yaml:1:4: an anchor; write it out, so that the text says what it means"},
      {"a: !!str 1\n", "E-YAML f.yaml:1:4: a tag; leave it out, the reader knows what is meant"},
      {"a: ! x\n", "E-YAML f.yaml:1:4: a tag; leave it out, the reader knows what is meant"},
      {"a: !!set {b: 1}\n", "E-YAML f.yaml:1:4: a tag; leave it out, the reader knows what is meant"},
      {"%YAML 1.2\n---\na: 1\n", "E-YAML f.yaml:1:1: a YAML directive; leave it out"},
      {"a: 1\n---\nb: 2\n", "E-YAML f.yaml:2:1: a second document begins; keep one to a file"},
      {"a: 1\n...\nb: 2\n", "E-YAML f.yaml:3:1: a second document begins; keep one to a file"},
      {"<<: {a: 1}\n", "E-YAML f.yaml:1:1: a merge key; write it out, so that the text says what it means"},
      {"[a]: 1\n", "E-YAML f.yaml:1:1: a key that is not a word"},
      {"? {a: 1}\n: 2\n", "E-YAML f.yaml:1:3: a key that is not a word"},
      {": 1\n", "E-YAML f.yaml:1:1: a key that is not a word"},
      {"\"\": 1\n", "E-YAML f.yaml:1:1: a key that is not a word"},
      {"a: b: c\n", "E-YAML f.yaml:1:5: a colon where none may stand; quote the text if it is meant"},
      {"a: {b: 1\nc: 2\n", "E-YAML f.yaml:1:8: an unquoted text over several lines; quote it, or begin it with >"},
      {"a: one\n  two\n", "E-YAML f.yaml:1:4: an unquoted text over several lines; quote it, or begin it with >"},
      {"a: [1, 2\n", "E-YAML f.yaml:2:1: the list does not go on as it began: check indentation, brackets and commas"},
      {"a: 1\n]\n", "E-YAML f.yaml:2:1: illegal flow end"},
      {"a: @x\n", "E-YAML f.yaml:1:4: a text may not begin with this character; quote it"},
      {"a: \"x\" y\n", "E-YAML f.yaml:1:8: the map does not go on as it began: check indentation, braces and commas"},
      {"a: \xff\n", "E-YAML f.yaml:1:4: not UTF-8; save the file as UTF-8"},
      {"a: \xc0\x80\n", "E-YAML f.yaml:1:4: not UTF-8; save the file as UTF-8"},
      {"a: \xed\xa0\x80\n", "E-YAML f.yaml:1:4: not UTF-8; save the file as UTF-8"},
      {"a: x\x01\n", "E-YAML f.yaml:1:5: a control character; take it out"},
      {"a: \"x \\u202e y\"\n",
       "E-YAML f.yaml:1:4: an escape for an invisible character that makes the text show as something else; take it out"},
      {"a: \"x\\0\"\n", "E-YAML f.yaml:1:4: an escape for a control character; take it out"},
      {"\"a\\u200b\": 1\n",
       "E-YAML f.yaml:1:1: an escape for an invisible character that makes the text show as something else; take it out"},
      {"a: \"x\\ty\"\n", "E-YAML f.yaml:1:4: an escape for a tab; use spaces"},
      {"a: 1\rb: 2\n", "E-YAML f.yaml:1:5: a control character; take it out"},
      {"a: 1\nb: x\xe2\x80\xae"
       "y\n",
       "E-YAML f.yaml:2:5: an invisible character that makes the text show as something else; take it out"},
      {"a: \xef\xbb\xbf 1\n",
       "E-YAML f.yaml:1:4: an invisible character that makes the text show as something else; take it out"},
  };
  for (const Bad& bad : cases) EXPECT_EQ(refusal(bad.yaml), bad.expected) << bad.yaml;
}

TEST(Yaml, LimitsHold) {
  EXPECT_EQ(refusal("a: 12345\n", {.bytes = 8}), "E-YAML f.yaml:1:1: the file is over 8 bytes");
  EXPECT_EQ(refusal("a: [1, 2, 3]\n", {.nodes = 5}), "E-YAML f.yaml:1:11: over 5 values");
  EXPECT_EQ(refusal("a: {b: {c: 1}}\n", {.depth = 2}), "E-YAML f.yaml:1:8: nested deeper than 2");
  EXPECT_EQ(refusal("a: 12345\n", {.scalar_bytes = 4}), "E-YAML f.yaml:1:4: a text over 4 bytes");
  EXPECT_EQ(refusal("a: " + std::string(400, '[') + std::string(400, ']') + "\n").substr(0, 40),
            "E-YAML f.yaml:1:27: nested deeper than 2");
}

TEST(Yaml, TheSameWithoutTheSurpriseIsRead) {
  for (const char* yaml : {"a: [[1], [[2]]]\n", "a: 1\n", "---\na: 1\n",
                           "\xef\xbb\xbf"
                           "a: 1\r\n",
                           "a: \"x\n  y\"\n", "a: >\n  one\n  two\n", "a: |\n  one\n\n  two\n", "a: {b: [x, 'no']}\n",
                           "a: \"\xc3\xa9 \xe2\x82\xac\"\n"}) {
    EXPECT_EQ(refusal(yaml), "accepted") << yaml;
  }
}

/// What reading the value of `v` says, by a typed reader.
template <class Read>
std::string reading(const std::string& value, Read read) {
  const auto document = Document::parse("f", "v: " + value + "\n");
  if (!document) return document.error().detail;
  auto map = *document->map();
  const auto result = read(map);
  return result ? "read" : std::string(result.error().code.name) + " " + result.error().detail;
}

TEST(YamlValues, AWordThatIsABooleanToSomeReadersIsRefused) {
  for (const char* word : {"no", "No", "NO", "yes", "on", "OFF", "y", "n", "true", "False"}) {
    EXPECT_EQ(reading(word, [](Map& m) { return m.text("v"); }),
              "E-CONFIG f:1:4: `" + std::string(word) +
                  "` without quotes is a boolean or nothing to some readers of YAML; a word is meant here: quote it");
    EXPECT_EQ(reading("\"" + std::string(word) + "\"", [](Map& m) { return m.text("v"); }), "read");
  }
  constexpr std::array<std::string_view, 2> words{"no", "always"};
  EXPECT_NE(reading("no", [&](Map& m) { return m.one_of("v", words); }), "read");
  EXPECT_EQ(reading("'no'", [&](Map& m) { return m.one_of("v", words); }), "read");
}

TEST(YamlValues, EachTypeRefusesWhatIsNotOfIt) {
  const auto integer = [](Map& m) { return m.integer("v", 1, 65535); };
  EXPECT_EQ(reading("8080", integer), "read");
  EXPECT_EQ(reading("080", integer), "E-CONFIG f:1:4: `080` is no whole number");
  EXPECT_EQ(reading("0x10", integer), "E-CONFIG f:1:4: `0x10` is no whole number");
  EXPECT_EQ(reading("1_000", integer), "E-CONFIG f:1:4: `1_000` is no whole number");
  EXPECT_EQ(reading("'80'", integer), "E-CONFIG f:1:4: `80` is quoted; a number is meant: take the quotes off");
  EXPECT_EQ(reading("0", integer), "E-CONFIG f:1:4: `0` is not from 1 to 65535");
  EXPECT_EQ(reading("99999999999999999999", integer), "E-CONFIG f:1:4: `99999999999999999999` is no whole number");
  const auto boolean = [](Map& m) { return m.boolean("v"); };
  EXPECT_EQ(reading("yes", boolean), "read");
  EXPECT_EQ(reading("on", boolean), "E-CONFIG f:1:4: `on` is neither true nor false");
  EXPECT_EQ(reading("True", boolean), "E-CONFIG f:1:4: `True` is neither true nor false");
  EXPECT_EQ(reading("\"true\"", boolean), "E-CONFIG f:1:4: `true` is neither true nor false");
  const auto date = [](Map& m) { return m.date("v"); };
  EXPECT_EQ(reading("2026-04-01", date), "read");
  EXPECT_EQ(reading("2026-02-30", date), "E-CONFIG f:1:4: `2026-02-30` is no date: write 2026-04-01");
  EXPECT_EQ(reading("1/4/2026", date), "E-CONFIG f:1:4: `1/4/2026` is no date: write 2026-04-01");
  const auto duration = [](Map& m) { return m.duration("v"); };
  EXPECT_EQ(reading("1 working day", duration), "read");
  EXPECT_EQ(
      reading("15", duration),
      "E-CONFIG f:1:4: `15` is no length of time: write 500ms, 30s, 15m, 2h, 90d, 1 working day, 12 months or 1y");
  const auto name = [](Map& m) { return m.name("v"); };
  EXPECT_EQ(reading("cheshire-east/marac", name), "read");
  EXPECT_EQ(reading("Cheshire East", name),
            "E-CONFIG f:1:4: `Cheshire East` is no name: lower-case letters, digits, - _ . and /, a letter first");
  const auto text = [](Map& m) { return m.text("v", 4); };
  EXPECT_EQ(reading("", text), "E-CONFIG f:1:1: a value is missing");
  EXPECT_EQ(reading("~", text), "E-CONFIG f:1:1: a value is missing");
  EXPECT_EQ(reading("''", text), "E-CONFIG f:1:4: an empty text");
  EXPECT_EQ(reading("12345", text), "E-CONFIG f:1:4: a text over 4 bytes");
  EXPECT_EQ(reading("[a]", text), "E-CONFIG f:1:4: a single value is meant, here is a list");
  EXPECT_EQ(reading("a", [](Map& m) { return m.map("v"); }),
            "E-CONFIG f:1:4: a map is meant (key: value), here is a single value");
  EXPECT_EQ(reading("{a: 1}", [](Map& m) { return m.list("v"); }),
            "E-CONFIG f:1:4: a list is meant ([a, b]), here is a map");
}

Result<void> configuration(Map map) {
  TRY(const auto port, map.integer("port", 1, 65535));
  TRY(const auto host, map.text_or("host", "localhost"));
  TRY(const auto key, map.path("key_file"));
  (void)port, (void)host, (void)key;
  return map.finish();
}

std::string configured(const std::string& yaml) {
  const auto document = Document::parse("dir/f.yaml", yaml);
  const auto result = configuration(*document->map());
  return result ? "read" : std::string(result.error().code.name) + " " + result.error().detail;
}

TEST(YamlMap, UnknownKeysAreErrorsWithTheNearestRightWord) {
  EXPECT_EQ(configured("port: 1\nkey_file: k\n"), "read");
  EXPECT_EQ(configured("port: 1\nkey_file: k\nhots: x\n"),
            "E-WORD dir/f.yaml:3:1: `hots` is no word here; the nearest right word is `host`");
  EXPECT_EQ(configured("prot: 1\nkey_file: k\n"),
            "E-WORD dir/f.yaml:1:1: `prot` is no word here; the nearest right word is `port`");
  EXPECT_EQ(configured("port: 1\nkey_file: k\ncolour: x\n"),
            "E-WORD dir/f.yaml:3:1: `colour` is no word here; right words: port, host, key_file");
  EXPECT_EQ(configured("port: 1\n"), "E-CONFIG dir/f.yaml:1:1: `key_file` is missing");
}

TEST(YamlMap, PathsAreTakenFromTheFolderOfTheFile) {
  const auto document = Document::parse("dir/f.yaml", "a: keys/k\nb: /k\n");
  auto map = *document->map();
  EXPECT_EQ(*map.path("a"), "dir/keys/k");
  EXPECT_EQ(*map.path("b"), "/k");
}

TEST(YamlMap, PlacesAreThoseOfKeysAndValues) {
  const auto document = Document::parse("f", "a: 1\nlist:\n  - x\n  -  {k: v}\n");
  auto map = *document->map();
  EXPECT_EQ(map.key("list").where(), "f:2:1");
  const auto list = *map.list("list");
  EXPECT_EQ(list[0].where(), "f:3:5");
  EXPECT_EQ(list[1].where(), "f:4:6");
  EXPECT_EQ(list[1].map()->entries()[0].value.where(), "f:4:10");
}

TEST(Yaml, AFileThatIsNotThereIsAnError) {
  const auto document = Document::load("/nowhere/at/all.yaml");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().detail, "/nowhere/at/all.yaml: cannot be read");
  EXPECT_FALSE(Document::load("/"));
}

TEST(Yaml, RandomBytesNeitherCrashNorTakeLong) {
  const std::uint32_t seed = 20260714;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kLetters = "ab: \n-[]{},\"'#&*!|>%?~0:  \n";
  const auto begin = std::chrono::steady_clock::now();
  int read = 0;
  for (int round = 0; round < 4'000; ++round) {
    std::string yaml;
    for (std::size_t i = 0, size = random() % 120; i < size; ++i) yaml += kLetters[random() % kLetters.size()];
    read += refusal(yaml) == "accepted" ? 1 : 0;
  }
  EXPECT_GT(read, 10);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << "seed " << seed;
}

}  // namespace
}  // namespace concordat::text
