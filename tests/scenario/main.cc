// Runs plays and compares what they say with what happens: plays [--agreement FILE] [--restarting] FILE... See tests/scenario/README.md.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proto/base/invariant.h"
#include "tests/scenario/director.h"

namespace concordat::scenario {
namespace {

/// A folder that is gone when the program ends.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "concordat-plays-XXXXXX").string();
    INVARIANT(mkdtemp(name.data()) != nullptr, "a folder for the adapters' files can be made");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  /// An empty one in it.
  std::string next() {
    const auto path = path_ / std::to_string(++count_);
    std::filesystem::create_directory(path);
    return path.string();
  }

 private:
  std::filesystem::path path_;
  int count_ = 0;
};

struct Theatre {
  Bytes agreement;
  bool restarting = false;
  bool update = false;
  Folder folder;
};

std::string place(const Play& play, const Direction& direction, const Error& error) {
  return play.file + ":" + std::to_string(direction.line) + ": " + error.detail + "\n        " + direction.written.front();
}

/// What comes of each direction; a play that stops has fewer. The error names file and line.
struct Performance {
  std::vector<Lines> happened;
  std::string stopped;
};

Performance perform(Theatre& theatre, const Play& play, const Bytes& agreement, const std::string& first) {
  Director director(agreement, theatre.folder.next(), theatre.restarting);
  Performance performance;
  if (!first.empty()) {
    const auto done = director.direct(first);
    INVARIANT(done.has_value(), "a planted direction was tried before");
  }
  for (const Direction& direction : play.directions) {
    auto lines = director.direct(direction.text);
    if (!lines) {
      performance.stopped = place(play, direction, lines.error());
      break;
    }
    performance.happened.push_back(*std::move(lines));
  }
  return performance;
}

/// What a comment "# Under cheshire-east/NAME." at the top of a play says; else the theatre's.
Bytes agreement_of(const std::string& play, const Bytes& otherwise) {
  constexpr std::string_view kUnder = "\n# Under ";
  const auto at = play.find(kUnder);
  const auto end = at == std::string::npos ? at : play.find('.', at);
  if (end == std::string::npos) return otherwise;
  return test::file_text("policy/agreements/" + play.substr(at + kUnder.size(), end - at - kUnder.size()) + ".yaml");
}

std::string differences(const Play& play, const Performance& performance) {
  std::string text = performance.stopped.empty() ? "" : performance.stopped + "\n";
  for (std::size_t i = 0; i < performance.happened.size(); ++i) text += difference(play, play.directions[i], performance.happened[i]);
  return text;
}

/// Empty if the play fails under the change, as it must.
std::string try_plant(Theatre& theatre, const Play& play, const Bytes& whole, const Direction& direction, const Plant& plant) {
  const std::string at = play.file + ":" + std::to_string(direction.line) + ": ";
  Bytes agreement = whole;
  if (plant.first.empty()) {
    const auto found = agreement.find(plant.from);
    if (found == Bytes::npos || agreement.find(plant.from, found + 1) != Bytes::npos) return at + "the agreement does not say exactly once: " + plant.from + "\n";
    agreement.replace(found, plant.from.size(), plant.to);
    if (const auto fits = House::fits(agreement); !fits) return at + "would not be adopted, so it proves nothing: " + fits.error().detail + "\n";
  } else {
    Director director(agreement, theatre.folder.next(), false);
    const auto done = director.direct(plant.first);
    if (!done) return at + done.error().detail + "\n";
    for (const std::string& line : *done) {
      if (line.find("not adopted") != std::string::npos) return at + "proves nothing:" + line + "\n";
    }
  }
  if (!differences(play, perform(theatre, play, agreement, plant.first)).empty()) return {};
  return at + "the play does not notice\n        " + direction.text + "\n";
}

bool run(Theatre& theatre, const std::string& file) {
  const auto play = read_play(file, test::file_text(file));
  if (!play) {
    std::printf("%s\n", play.error().detail.c_str());
    return false;
  }
  const Bytes agreement = agreement_of(test::file_text(file), theatre.agreement);
  const Performance performance = perform(theatre, *play, agreement, "");
  std::string wrong = differences(*play, performance);
  if (theatre.update && performance.stopped.empty()) {
    std::ofstream(file, std::ios::binary) << written_anew(*play, performance.happened);
    return true;
  }
  if (wrong.empty() && !theatre.restarting) {
    for (const Direction& direction : play->directions) {
      if (const auto plant = plant_in(direction.text)) wrong += try_plant(theatre, *play, agreement, direction, *plant);
    }
  }
  std::printf("%s", wrong.c_str());
  return wrong.empty();
}

}  // namespace
}  // namespace concordat::scenario

int main(int count, char** words) {
  using namespace concordat::scenario;
  Theatre theatre;
  std::string agreement = concordat::test::kMaracFile;
  std::vector<std::string> files;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--restarting") theatre.restarting = true;
    else if (word == "--agreement" && i + 1 < count) agreement = words[++i];
    else files.push_back(word);
  }
  if (files.empty()) {
    std::printf("usage: plays [--agreement FILE] [--restarting] PLAY...\n       UPDATE=1 writes the plays anew: read the difference before you commit it\n");
    return 2;
  }
  const char* update = std::getenv("UPDATE");
  theatre.update = update != nullptr && std::string(update) == "1" && !theatre.restarting;
  theatre.agreement = concordat::test::file_text(agreement);
  std::size_t failed = 0;
  for (const std::string& file : files) failed += run(theatre, file) ? 0 : 1;
  std::printf("%zu of %zu plays as written%s\n", files.size() - failed, files.size(), theatre.restarting ? ", with a restart before every direction" : "");
  return failed == 0 ? 0 : 1;
}
