#pragma once
// Watches how a disk fills while it is recorded on. Pure: sizes and times in, a verdict out.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace tessera::recording {

/// What finishing a recording takes beside finishing_bytes() of its largest part: the index, the manifest,
/// the pictures.
inline constexpr std::uint64_t finishing_extra_bytes = 16'000'000;

/// For finishing_bytes(): the changed sound is not coded, or nobody knows how long it is.
inline constexpr std::int64_t as_large_as_the_part = -1;

/// Bytes that finishing a part takes beside its live file: as many as that one has and, where its loudness is
/// changed, the new sound as a file of its own meanwhile. `changed_ms`: how long that sound is, 0 for none.
std::uint64_t finishing_bytes(std::uint64_t part, std::int64_t changed_ms);

struct DiskGuardSpec {
  std::uint64_t reserve = 200'000'000;        ///< bytes that are never recorded into
  std::chrono::seconds warn_before{30 * 60};  ///< warn when less time than this is left
};

struct DiskOutlook {
  enum class Verdict {
    fine,
    warn,  ///< once, when the time left falls below the limit
    stop,  ///< the reserve is touched: end the recording while there is room to do so
  };
  Verdict verdict = Verdict::fine;
  std::uint64_t free = 0;
  double bytes_per_second = 0;  ///< by which the room shrinks
  std::optional<std::chrono::seconds>
      left;  ///< at this rate, until the reserve; nothing while it does not shrink
};

/// "<what> lasts for about 12 more minutes."
std::string forecast_text(std::string_view what, std::chrono::seconds left);

/// Not thread-safe.
class DiskGuard {
 public:
  explicit DiskGuard(const DiskGuardSpec& spec) : spec_(spec) {}

  /// `free`: bytes that may still be written on the disk; `written`: bytes of this recording so far;
  /// `claimed`: bytes that finishing it will need for a while, which are as good as gone. The rate is the
  /// greater of what the recording takes and of what the whole disk loses, over the last minute.
  DiskOutlook look(std::chrono::steady_clock::time_point now, std::uint64_t free, std::uint64_t written,
                   std::uint64_t claimed = 0);

 private:
  struct Sample {
    std::chrono::steady_clock::time_point at;
    std::uint64_t free, taken;  ///< what is not claimed; what is written or claimed
  };
  DiskGuardSpec spec_;
  std::deque<Sample> samples_;
  bool warned_ = false;
};

}  // namespace tessera::recording
