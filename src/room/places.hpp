#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tessera::room {

/// How many people a room takes. Viewers, who are neither seen nor heard, do not count as participants.
struct PlaceLimits {
  int participants = 100;
  int viewers = 500;
  /// Participants' places that only operators and administrators take, while fewer of them than that are in
  /// the room. Operators who watch find as many places beyond `viewers`.
  int reserved = 2;
  /// Somebody without media for this long gives their place up when another wants it.
  std::chrono::steady_clock::duration patience = std::chrono::seconds(30);
};

/// A seat that is taken.
struct TakenPlace {
  std::string id;
  bool viewer = false;
  bool operates = false;  ///< may be operator or administrator
  /// For how long they have been here without a connection for media; none: they have one, or had one and are
  /// expected back.
  std::optional<std::chrono::steady_clock::duration> waiting{};
};

struct PlaceVerdict {
  bool admitted = false;
  std::optional<std::string> gives_up{};  ///< whose place the newcomer gets
};

/// Whether there is a place for one more. Pure.
PlaceVerdict place_for(bool viewer, bool operates, const std::vector<TakenPlace>& taken,
                       const PlaceLimits& limits);

/// The places kept for operators when the configuration does not say: 2, but at most a quarter of all.
int usual_reserve(int participants);

}  // namespace tessera::room
