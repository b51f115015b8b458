// Small files that survive a power cut: whole or not at all, readable by their owner alone.
#include "proto/base/durable_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace concordat {
namespace {

class DurableFile : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/concordat-durable-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const char* name) const { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(DurableFile, IsReplacedWhole) {
  ASSERT_TRUE(replace_file(path("a"), "first"));
  ASSERT_TRUE(replace_file(path("a"), "second"));
  const auto content = read_file(path("a"), 100);
  ASSERT_TRUE(content);
  EXPECT_EQ(*content, "second");
  EXPECT_FALSE(std::filesystem::exists(path("a.new")));
}

TEST_F(DurableFile, BelongsToItsOwnerAlone) {
  ASSERT_TRUE(replace_file(path("a"), "x"));
  struct stat info {};
  ASSERT_EQ(stat(path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(DurableFile, NoFileIsNothingAndNoError) {
  const auto content = read_file(path("none"), 100);
  ASSERT_TRUE(content);
  EXPECT_FALSE(content->has_value());
  EXPECT_TRUE(shred_file(path("none")));
}

TEST_F(DurableFile, LongerThanItsBoundIsCorrupt) {
  ASSERT_TRUE(replace_file(path("a"), "12345"));
  EXPECT_TRUE(read_file(path("a"), 5));
  const auto content = read_file(path("a"), 4);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().fault, Fault::Corrupt);
}

TEST_F(DurableFile, WhereItCannotBeWrittenTheErrorNamesThePath) {
  const auto written = replace_file(path("no/such/folder"), "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.name, "E-STORE");
  EXPECT_NE(written.error().detail.find("no/such/folder"), std::string::npos);
}

TEST_F(DurableFile, ShreddedIsGone) {
  ASSERT_TRUE(replace_file(path("a"), "secret"));
  ASSERT_TRUE(shred_file(path("a")));
  EXPECT_FALSE(std::filesystem::exists(path("a")));
}

TEST_F(DurableFile, DirectoriesAreMadeWithTheirParents) {
  ASSERT_TRUE(make_directory(path("b/c/d")));
  ASSERT_TRUE(make_directory(path("b/c/d"))) << "again is no error";
  EXPECT_TRUE(replace_file(path("b/c/d/a"), "x"));
}

}  // namespace
}  // namespace concordat
