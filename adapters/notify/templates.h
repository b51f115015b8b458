// The words that a victim is sent. They are the service's templates, written out here so that they can be checked: they name no crime,
// person, court or place, nothing that tells what it is about or of what sex anybody is, and say whom to ring and when it is staffed.
//
//   templates/LANGUAGE/CHANNEL.txt      placeholders as the service writes them: ((hours)), ((helpline))
//   tables/forbidden_LANGUAGE.txt       one word a line; a star at its end stands for any ending
//   tables/number_LANGUAGE.txt          one way a line to say whom to ring, beside ((helpline))
//   tables/hours_LANGUAGE.txt           one word a line of those that, beside numbers, may say when it is staffed
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/notify/record.h"
#include "proto/base/result.h"

namespace concordat::notify {

using Personalisation = std::vector<std::pair<std::string, std::string>>;

/// What a language must not say, how it says whom to ring, and when that is staffed.
struct Words {
  std::vector<std::string> forbidden;
  std::vector<std::string> number;
  std::vector<std::string> hours;
};
Words read_words(std::string_view forbidden, std::string_view number, std::string_view hours);
/// The first forbidden word in a text; empty: none. Words are compared whole and without case; whatever is no letter parts them.
std::string forbidden_in(std::string_view text, const Words& words);

/// Segments that a text message takes: GSM 03.38 160 or 153 each, else UCS-2 70 or 67 each.
int segments(std::string_view text);
inline constexpr int kSegmentsMax = 2;

struct Template {
  Channel channel{};
  std::string language;
  std::string id;         ///< The service's, from the configuration; empty: not used.
  std::string subject;    ///< Of an e-mail or letter.
  std::string body;
};
/// A file's text: of an e-mail or letter the first line is "Subject: …". E-CONFIG names the file and what is wrong with its words.
Result<Template> read_template(Channel channel, const std::string& language, const std::string& file, std::string_view text, const Words& words);
std::string filled(std::string_view text, const Personalisation& with);

class Templates {
 public:
  void add(Template each) { all_.push_back(std::move(each)); }
  void set(std::string language, Words words) { words_[std::move(language)] = std::move(words); }
  /// Null if there is none, or it has no id.
  const Template* find(Channel channel, const std::string& language) const;
  const std::vector<Template>& all() const { return all_; }
  const Words& words(const std::string& language) const;
  /// What may stand in a message about her unit: a number, and hours in the words for hours of any language; and still nothing
  /// forbidden, nor too long, once filled in.
  bool fits(const Template& each, const Personalisation& with) const;
  void set_id(Channel channel, const std::string& language, const std::string& id);

 private:
  bool says_hours(std::string_view value) const;

  std::vector<Template> all_;
  std::map<std::string, Words> words_;
};

}  // namespace concordat::notify
