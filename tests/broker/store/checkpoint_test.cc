// The checkpoint outside: exact or Corrupt, never "none" by accident.
#include <fstream>

#include "broker/store/checkpoint.h"
#include "tests/broker/store/rows.h"

namespace concordat::store {
namespace {

class CheckpointTest : public testing::Test {
 protected:
  void put(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  Folder folder_;
  std::string path_ = folder_.path() + "/checkpoint";
  Checkpoint some_{17, hash_of("seventeen")};
};

TEST_F(CheckpointTest, ReadsBackWhatWasWrittenLast) {
  ASSERT_TRUE(write_checkpoint(path_, {3, hash_of("three")}));
  ASSERT_TRUE(write_checkpoint(path_, some_));
  EXPECT_EQ(read_checkpoint(path_).value(), some_);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(CheckpointTest, NoFileIsNoCheckpointButAnEmptyOneIsDamage) {
  EXPECT_EQ(read_checkpoint(path_).value(), std::nullopt);
  put("");
  EXPECT_EQ(read_checkpoint(path_).error().fault, Fault::Corrupt);
}

TEST_F(CheckpointTest, EveryFlippedBitAndEveryCutIsDamage) {
  const std::string text = to_text(some_);
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    put(flipped);
    ASSERT_FALSE(read_checkpoint(path_)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < text.size(); ++size) {
    put(text.substr(0, size));
    ASSERT_FALSE(read_checkpoint(path_)) << "size " << size;
  }
  put(text + text);
  EXPECT_FALSE(read_checkpoint(path_));
}

TEST_F(CheckpointTest, AFolderThatCannotBeWrittenIsUnavailable) {
  EXPECT_EQ(write_checkpoint(folder_.path() + "/absent/checkpoint", some_).error().fault, Fault::Unavailable);
}

}  // namespace
}  // namespace concordat::store
