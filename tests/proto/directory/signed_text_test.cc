// A text with its signatures: one form as a file, one in a bundle, and nothing that could be read in two ways.
#include "proto/directory/signed_text.h"

#include "tests/proto/directory/partnership.h"

namespace concordat::directory {
namespace {

class SignedTextTest : public testing::Test {
 protected:
  SeededEntropy entropy{11};
  seal::SigningPair one = seal::new_signing_pair(entropy), two = seal::new_signing_pair(entropy);
  SignedText text{"party: x\n# a comment\n", {}};

  std::string refused(const Bytes& file) {
    const auto result = read_signed_text(file, "x.entry");
    return result ? "read" : result.error().detail;
  }
};

TEST_F(SignedTextTest, FileAndBundleGiveBackTheSame) {
  text.sign(one, "test/a");
  text.sign(two, "test/a");
  const auto file = read_signed_text(write_signed_text(text), "x.entry");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->text, text.text);
  EXPECT_EQ(file->signatures, text.signatures);
  Writer writer;
  append(writer, text);
  const Bytes bytes = writer.take();
  Reader reader(bytes);
  const auto taken = take_signed_text(reader, "x");
  ASSERT_TRUE(taken);
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(taken->signatures, text.signatures);
}

TEST_F(SignedTextTest, ASignatureHoldsForItsContextAndTextOnly) {
  text.sign(one, "test/a");
  EXPECT_TRUE(text.signed_by(one.verify, "test/a"));
  EXPECT_FALSE(text.signed_by(one.verify, "test/b"));
  EXPECT_FALSE(text.signed_by(two.verify, "test/a"));
  text.text += "more\n";
  EXPECT_FALSE(text.signed_by(one.verify, "test/a"));
}

TEST_F(SignedTextTest, SigningAgainReplaces) {
  text.sign(one, "test/a");
  text.sign(one, "test/b");
  ASSERT_EQ(text.signatures.size(), 1u);
  EXPECT_TRUE(text.signed_by(one.verify, "test/b"));
}

TEST_F(SignedTextTest, SignaturesGatherByAppendingLines) {
  SignedText mine = text, yours = text;
  mine.sign(one, "test/a");
  yours.sign(two, "test/a");
  const Bytes appended = write_signed_text(mine) + write_signed_text(yours).substr(text.text.size());
  EXPECT_EQ(read_signed_text(appended, "x")->signatures.size(), 2u);
  EXPECT_TRUE(mine.merge(yours, "test/a"));
  EXPECT_TRUE(mine.signed_by(two.verify, "test/a"));
  yours.text += "other\n";
  EXPECT_FALSE(mine.merge(yours, "test/a"));
}

TEST_F(SignedTextTest, AFalseSignatureDoesNotKeepTheTrueOneOut) {
  SignedText good = text, spoiled = text;
  good.sign(one, "test/a");
  spoiled.sign(one, "test/other");
  EXPECT_TRUE(spoiled.merge(good, "test/a"));
  EXPECT_TRUE(spoiled.signed_by(one.verify, "test/a"));
  spoiled.sign(one, "test/other");
  EXPECT_TRUE(text.merge(spoiled, "test/a"));
  EXPECT_TRUE(text.signatures.empty()) << "what does not verify is not taken over";
  EXPECT_TRUE(good.merge(spoiled, "test/a"));
  EXPECT_TRUE(good.signed_by(one.verify, "test/a"));
}

TEST_F(SignedTextTest, WhatCouldBeReadInTwoWaysIsRefused) {
  text.sign(one, "test/a");
  const Bytes file = write_signed_text(text);
  const Bytes line = file.substr(text.text.size());
  EXPECT_EQ(refused(file), "read");
  EXPECT_EQ(refused(text.text), "read");
  EXPECT_EQ(refused(line + text.text), "x.entry: a #signed line stands before the end");
  EXPECT_EQ(refused(text.text + line + text.text), "x.entry: a #signed line stands before the end");
  EXPECT_EQ(refused(file + line), "x.entry: one key signs twice, or signatures are not in order of keys");
  EXPECT_EQ(refused(line), "x.entry: the last line has no end");
  EXPECT_EQ(refused("party: x"), "x.entry: the last line has no end");
  EXPECT_EQ(refused(""), "x.entry: the last line has no end");
  EXPECT_EQ(refused("party: x\r\n"), "x.entry: it has carriage returns; save it with plain line feeds");
  EXPECT_EQ(refused(file.substr(0, file.size() - 1)), "x.entry: the last line has no end");
  EXPECT_EQ(refused(text.text + line.substr(0, 60) + "\n"), "x.entry: a #signed line is not whole");
  Bytes spoiled = file;
  spoiled[text.text.size() + 20] = 'x';
  EXPECT_EQ(refused(spoiled), "x.entry: a #signed line is not hexadecimal");
  EXPECT_EQ(refused(Bytes(kTextBytesMax, 'x') + "\n"), "x.entry is too long");
}

}  // namespace
}  // namespace concordat::directory
