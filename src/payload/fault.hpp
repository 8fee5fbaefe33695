#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace tessera::payload {

/// What is wrong with one RTP packet's payload.
enum class Fault {
  none,
  unreadable,       ///< the RTP header or padding does not fit the packet
  empty,            ///< no payload, as packets that only pad have; nothing is wrong with the sender
  orphan,           ///< H.264: a fragment whose start is missing, as after a loss
  unit_type,        ///< H.264: a unit type that nobody may send us: 0, 25–27, 29–31
  short_fragment,   ///< H.264: a fragment without a byte of the unit
  nested,           ///< H.264: an aggregate or a fragment inside another
  aggregate_sizes,  ///< H.264: units of an aggregate that do not fill it exactly
  descriptor,       ///< VP8, VP9: a payload descriptor that claims more than the packet holds
  opus_frames,      ///< Opus: frames that do not fit the packet, or last too long
};
constexpr std::size_t fault_count = 10;

/// For logs and metrics.
constexpr std::string_view name_of(Fault fault) {
  constexpr std::array<std::string_view, fault_count> names = {
      "none",           "unreadable", "empty",           "orphan",     "unit-type",
      "short-fragment", "nested",     "aggregate-sizes", "descriptor", "opus-frames"};
  return names[static_cast<std::size_t>(fault)];
}

/// Whether only a broken or hostile sender makes it. Loss and padding make the others. (A damaged packet does
/// not arrive at all: SRTP checks each.)
constexpr bool is_malformed(Fault fault) {
  return fault != Fault::none && fault != Fault::empty && fault != Fault::orphan;
}

}  // namespace tessera::payload
