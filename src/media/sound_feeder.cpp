#include "media/sound_feeder.hpp"

#include <array>
#include <atomic>

#include "audio/format.hpp"

namespace tessera::media {
namespace {

constexpr std::size_t ring_samples = 2 * audio::sample_rate;
constexpr auto period = std::chrono::milliseconds(200);

}  // namespace

/// One sound. What the worker touches is the worker's alone while `busy`.
struct SoundFeeder::Feed {
  Open open;
  Limits limits;
  std::function<void(Result<Opened>)> on_open;
  std::shared_ptr<audio::PcmRing> ring = std::make_shared<audio::PcmRing>(ring_samples);
  std::atomic<bool> busy = true;
  // The worker's.
  std::unique_ptr<SoundReader> reader;
  std::uint64_t decoded = 0;
  bool heard_this_round = false;

  void fill() {
    std::array<std::int16_t, audio::sample_rate / 10> chunk;
    const auto longest = static_cast<std::uint64_t>(limits.longest.count()) * audio::sample_rate;
    while (!ring->finished() && ring->space() >= chunk.size()) {
      std::size_t count = reader->read(chunk);
      if (!limits.repeat) count = std::min<std::size_t>(count, longest - decoded);
      ring->write(std::span(chunk).first(count));
      decoded += count;
      heard_this_round |= count > 0;
      if (count < chunk.size() && !begin_again()) ring->finish();
    }
  }
  /// A file in which there is nothing must not be read round and round.
  bool begin_again() { return limits.repeat && std::exchange(heard_this_round, false) && reader->rewind(); }
};

SoundFeeder::SoundFeeder(Loop& loop) : loop_(loop) {}

SoundFeeder::~SoundFeeder() {
  *alive_ = false;
}

void SoundFeeder::feed(Open open, Limits limits, std::function<void(Result<Opened>)> on_open) {
  if (!worker_) worker_ = std::make_unique<Worker>("sounds");
  auto feed = std::make_shared<Feed>();
  feed->open = std::move(open);
  feed->limits = limits;
  feed->on_open = std::move(on_open);
  worker_->run("opening a sound", [this, feed, alive = alive_, &loop = loop_] {
    std::optional<Error> failure;
    if (auto reader = feed->open(); reader) {
      feed->reader = std::move(*reader);
      feed->fill();
    } else {
      failure = std::move(reader).error();
    }
    feed->busy = false;
    loop.post([this, feed, alive, failure] {
      if (*alive) opened(feed, failure);
    });
  });
}

void SoundFeeder::opened(const std::shared_ptr<Feed>& feed, std::optional<Error> failure) {
  const auto on_open = std::exchange(feed->on_open, nullptr);
  if (failure) return on_open(std::move(*failure));
  if (!feed->ring->finished()) {
    feeds_.push_back(feed);
    if (!tick_) tick_ = loop_.every(period, [this] { top_up(); });
  }
  on_open(Opened{feed->ring, feed->reader->length()});
}

void SoundFeeder::top_up() {
  std::erase_if(feeds_, [](const auto& feed) {
    return !feed->busy && (feed->ring->finished() || feed->ring.use_count() == 1);
  });
  for (const auto& feed : feeds_) {
    if (feed->busy || feed->ring->space() < ring_samples / 4) continue;
    feed->busy = true;
    worker_->run("decoding a sound", [feed] {
      feed->fill();
      feed->busy = false;
    });
  }
  if (feeds_.empty()) tick_.reset();
}

}  // namespace tessera::media
