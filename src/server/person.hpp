#pragma once
#include <string>

namespace tessera::server {

/// What the server knows about somebody who asks for a seat, to recognise them when they come again.
/// Decision 20 says why it is these four.
struct Person {
  std::string subject;  ///< `sub` of the token; empty: the token has none
  /// Several people use a token of this subject: it says where somebody comes from, not who they are.
  bool shared_subject = false;
  std::string address;  ///< IP address; empty: unknown
  std::string name;     ///< what they are called in the room; empty: they gave no name
  std::string resume;   ///< the resume token of the seat that they had; empty: they sent none

  /// The token alone tells this person from everybody else.
  [[nodiscard]] bool has_personal_subject() const { return !subject.empty() && !shared_subject; }
};

/// How well somebody is recognised. `likely` may be another person behind the same address.
enum class Recognition { no, likely, sure };

/// Whether `comer` is the person that is known as `known`.
/// sure: the same personal subject, or the same resume token.
/// likely: no personal subject, but the same address, subject and name (letter case and outer spaces do not
/// count). A personal subject that differs is somebody else, whatever the address.
Recognition recognise(const Person& known, const Person& comer);

}  // namespace tessera::server
