#pragma once
// One tick of the whole bridge, without threads and without a clock: what the tick thread calls, and what a
// test can run through hours of in seconds.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/encode_stream.hpp"
#include "audio/limiter.hpp"
#include "audio/mix_minus.hpp"
#include "audio/mix_place.hpp"
#include "audio/playout_buffer.hpp"
#include "audio/program.hpp"
#include "audio/screen_sound.hpp"
#include "audio/talk_detector.hpp"
#include "audio/talker_policy.hpp"
#include "audio/voice_processor.hpp"

namespace tessera::audio {

/// A seat as the mixer sees it. Belongs to whoever ticks.
class MixerSeat {
 public:
  /// `channels` as in the mixer's spec.
  explicit MixerSeat(std::uint64_t id, int channels = 1)
      : playout(channels), id_(id), frame_(tick_values(channels)), before_(frame_), limiter_(channels) {}

  // Set before each tick.
  bool muted = false;
  float gain = 1;              ///< linear, 0…4
  bool listening = false;      ///< wants a packet every tick
  bool held = false;           ///< on hold: not heard, and hears the hold program alone
  int expected_loss = 0;       ///< per cent of what we send that does not arrive (RTCP); steers in-band FEC
  VoiceProcessing processing;  ///< of speech; of no effect in a room for music
  const Program* program = nullptr;  ///< for this listener alone, over what they hear; null: none
  PlayoutBuffer playout;
  std::string owner;                  ///< whose voice it is, for the black box; set once
  std::optional<ScreenSound> screen;  ///< of a screen that the seat shares or has shared

  // Read after each tick.
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] double level_db() const { return level_db_; }  ///< before the gain
  [[nodiscard]] bool talking() const { return talking_; }
  [[nodiscard]] bool in_mix() const { return voice_.inside(); }
  [[nodiscard]] bool processed() const { return processor_.has_value(); }
  [[nodiscard]] bool has_private() const { return private_.has_value(); }
  [[nodiscard]] bool hears_shared() const { return hears_ == Hears::room; }
  [[nodiscard]] bool hears_hold() const { return hears_ == Hears::hold; }
  /// The seat's own packet; empty when it hears a shared one.
  [[nodiscard]] std::span<const std::uint8_t> packet() const { return packet_; }

 private:
  friend class Mixer;
  enum class Hears { nothing, room, hold, own };

  /// The mix of this tick or of those just before holds a sound of this seat.
  [[nodiscard]] bool echoes() const { return voice_.echoes() || (screen && screen->place.echoes()); }
  [[nodiscard]] bool was_heard() const { return voice_.was_heard() || (screen && screen->place.was_heard()); }

  std::uint64_t id_;
  TalkDetector detector_;
  Samples frame_;
  std::optional<VoiceProcessor> processor_;
  Samples before_;     // the processor's last tick,
  bool lags_ = false;  // which is what is mixed, since the seat began to talk
  double level_db_ = silence_db;
  bool talking_ = false;
  MixPlace voice_;
  Limiter limiter_;
  std::optional<EncodeStream> private_;
  std::span<const std::uint8_t> packet_;
  Hears hears_ = Hears::nothing;
  bool was_held_ = false;
};

struct MixerSpec {
  int max_talkers = 8;
  EncoderSpec encoder;  ///< its channels are the mixer's
};

/// Mix-minus with one shared encode and a private one for each who is in the mix.
///
/// The sound of a shared screen is mixed beside the voices: it takes nobody's place among the talkers and
/// makes nobody one. Whoever shares it has a private stream while it sounds.
///
/// A seat gets its private stream at the very tick at which its sound enters the mix, and keeps it for 100 ms
/// after its sound has left, because an encoder looks back over what it coded last. So no one hears
/// themselves, not even around a change. A change of stream is prepared on both sides: the stream that starts
/// first codes the last two shared ticks, and the first packet a listener gets from either is independent of
/// the ones before. Listeners on hold share a second encode in the same way; a program for one listener alone
/// takes a private encode for as long as it plays.
class Mixer {
 public:
  static Result<std::unique_ptr<Mixer>> create(const MixerSpec& spec);

  static constexpr std::size_t most_screens = 4;  ///< the loudest, at a time

  struct Tick {
    std::span<const std::int16_t> mix;     ///< everybody, limited; tick_values
    std::span<const std::uint8_t> shared;  ///< empty when no one hears it
    std::span<const std::uint8_t> hold;    ///< what those on hold hear; empty when there is no one
    int encoders = 0;                      ///< that ran
    int expected_loss = 0;                 ///< per cent, of the shared encode
    bool talkers_changed = false;
    std::span<const std::uint64_t> talkers;  ///< ids in the mix, loudest first
  };
  /// Everything stays valid until the next tick or until a seat goes.
  Tick tick(Nanoseconds time, std::span<MixerSeat* const> seats, const Programs& programs = {});

 private:
  explicit Mixer(const MixerSpec& spec);

  /// One sound that many hear, and its encode.
  struct Shared {
    explicit Shared(int channels)
        : wide(tick_values(channels)), mix(wide.size()), heard{mix, mix}, limiter(channels) {}
    WideSamples wide;
    Samples mix;                   // limited
    std::array<Samples, 2> heard;  // the two ticks before, oldest first
    Limiter limiter;
    std::optional<EncodeStream> stream;
    std::span<const std::uint8_t> packet;
    bool ran = false;
    bool wanted = false, newcomer = false;  // of this tick
    int expected_loss = 0;
  };

  void listen(Nanoseconds time, MixerSeat& seat);
  void pull(Nanoseconds time, MixerSeat& seat, bool decode);
  void listen_to_screen(Nanoseconds time, MixerSeat& seat);
  void process(MixerSeat& seat);
  void expect_loss(std::span<MixerSeat* const> seats);
  void mix(std::span<MixerSeat* const> seats);
  void choose(MixerSeat& seat);
  int encode_private(MixerSeat& seat, const Programs& programs);
  void render_own(MixerSeat& seat, const Programs& programs);
  int encode_shared(Shared& shared);
  std::optional<EncodeStream> take_stream();
  void give_back(std::optional<EncodeStream>& stream);

  MixerSpec spec_;
  TalkerPolicy policy_;
  TalkerPolicy screens_{most_screens};
  std::vector<TalkerPolicy::Candidate> candidates_, screen_candidates_;
  std::vector<int> losses_;
  int ticks_ = 0;
  MixMinus sum_;
  Shared room_, hold_;
  WideSamples wide_;
  std::vector<EncodeStream> pool_;
  Samples private_mix_;
};

}  // namespace tessera::audio
