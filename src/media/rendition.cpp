#include "media/rendition.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"

namespace tessera::media {
namespace {

/// An encoder outlives its last consumer this long: a page that reloads finds it running.
constexpr std::chrono::milliseconds linger{2000};
constexpr std::chrono::milliseconds restart_after{500};

}  // namespace

class Rendition::Subscription final : public VideoSubscription {
 public:
  /// What a consumer has: it cannot take frames yet, waits for its first key frame, or has had it.
  enum class Phase { not_ready, no_picture, flowing };

  Subscription(std::weak_ptr<Rendition> rendition, std::shared_ptr<std::atomic<Phase>> phase)
      : rendition_(std::move(rendition)), phase_(std::move(phase)) {}
  void begin() override {
    Phase before = Phase::not_ready;
    if (phase_->compare_exchange_strong(before, Phase::no_picture)) request_key_frame();
  }
  void request_key_frame() override {
    const Phase phase = *phase_;
    if (phase == Phase::not_ready) return;
    if (const auto rendition = rendition_.lock()) rendition->request_key_frame(phase == Phase::no_picture);
  }
  void begin_anew() override {
    Phase before = Phase::flowing;
    phase_->compare_exchange_strong(before, Phase::no_picture);
    if (before == Phase::not_ready) return;
    if (const auto rendition = rendition_.lock()) rendition->demand_key_frame();
  }
  void hold(std::shared_ptr<void> token) { token_ = std::move(token); }

 private:
  std::weak_ptr<Rendition> rendition_;
  std::shared_ptr<std::atomic<Phase>> phase_;
  std::shared_ptr<void> token_;
};

Rendition::Rendition(Loop& loop, Canvas& canvas, Worker& worker, gst::Codec codec, std::string description)
    : loop_(loop), canvas_(canvas), worker_(worker), codec_(codec), description_(std::move(description)) {}

Rendition::~Rendition() {
  stop();
}

Result<std::shared_ptr<VideoSubscription>> Rendition::subscribe(gst::FrameConsumer consumer, Begin begin) {
  stop_timer_.reset();
  if (!running())
    if (auto started = start(); !started) return std::move(started).error();
  using Phase = Subscription::Phase;
  auto phase = std::make_shared<std::atomic<Phase>>(Phase::not_ready);
  auto subscription = std::make_shared<Subscription>(weak_from_this(), phase);
  subscription->hold(consumers_.subscribe(
      [phase, consumer = std::move(consumer)](const gst::EncodedFrame& frame) {
        Phase waiting = Phase::no_picture;
        if (frame.key) phase->compare_exchange_strong(waiting, Phase::flowing);
        if (*phase == Phase::flowing) consumer(frame);
      },
      [&loop = loop_, weak = weak_from_this()] {
        loop.post([weak] {
          if (const auto self = weak.lock()) self->left();
        });
      }));
  if (begin == Begin::now) subscription->begin();
  return std::shared_ptr<VideoSubscription>(std::move(subscription));
}

Result<void> Rendition::start() {
  const std::weak_ptr<Rendition> weak = weak_from_this();
  auto made = Encoder::create(
      loop_, {codec_, description_, canvas_.spec()},
      [weak](const gst::EncodedFrame& frame) {
        if (const auto self = weak.lock()) self->on_encoded(frame);
      },
      [weak] {
        if (const auto self = weak.lock()) self->restart_later();
      });
  if (!made) return std::move(made).error();
  encoder_ = std::move(*made);
  {
    const std::lock_guard lock(mutex_);
    key_frame_pad_ = encoder_->key_frame_pad();
    gate_ = KeyFrameGate();
    rate_ = RateMeter();
  }
  raw_ = canvas_.subscribe([encoder = encoder_.get()](GstBuffer* frame) { encoder->push(frame); });
  log::info("encoder {} started", gst::name_of(codec_));
  return {};
}

void Rendition::stop() {
  stop_timer_.reset();
  restart_timer_.reset();
  raw_.reset();  // waits for a push under way
  if (!encoder_) return;
  {
    const std::lock_guard lock(mutex_);
    key_frame_pad_.reset();
  }
  // Setting a pipeline to NULL waits for its threads: not here.
  worker_.run(fmt::format("stopping encoder {}", gst::name_of(codec_)),
              [encoder = std::shared_ptr<Encoder>(std::move(encoder_))]() mutable { encoder.reset(); });
  log::info("encoder {} stopped", gst::name_of(codec_));
}

void Rendition::left() {
  if (consumers_.size() > 0) return;
  stop_timer_ = loop_.after(linger, [this] {
    if (consumers_.size() == 0) stop();
  });
}

void Rendition::restart_later() {
  if (restart_timer_) return;
  restart_timer_ = loop_.after(restart_after, [this] {
    const SourceGuard done = std::move(restart_timer_);
    stop();
    if (consumers_.size() == 0) return;
    if (auto started = start(); !started) {
      log::error("encoder {}: {}; trying again", gst::name_of(codec_), started.error().message);
      restart_later();
    } else {
      request_key_frame(true);
    }
  });
}

void Rendition::request_key_frame(bool joining) {
  force_if([this, joining] { return gate_.request(gst::now(), joining); });
}

void Rendition::demand_key_frame() {
  force_if([this] { return gate_.demand(gst::now()); });
}

void Rendition::force_if(const std::function<bool()>& wanted) {
  gst::Ptr<GstPad> force;
  {
    const std::lock_guard lock(mutex_);
    if (key_frame_pad_ && wanted()) force = gst::ref(key_frame_pad_.get());
  }
  if (force) Encoder::force_key_frame(force.get());
}

void Rendition::on_encoded(const gst::EncodedFrame& frame) {
  const std::size_t size = gst_buffer_get_size(frame.buffer.get());
  const GstClockTime now = gst::now();
  ++frames_;
  bytes_ += size;
  if (frame.key) ++key_frames_;
  gst::Ptr<GstPad> force;
  {
    const std::lock_guard lock(mutex_);
    rate_.add(now, size);
    if (frame.key) gate_.on_key_frame(now);
    if (key_frame_pad_ && gate_.poll(now)) force = gst::ref(key_frame_pad_.get());
  }
  consumers_.call(frame);
  if (force) Encoder::force_key_frame(force.get());
}

Renditions::EncoderStats Rendition::stats() const {
  const std::lock_guard lock(mutex_);
  return {codec_, static_cast<int>(consumers_.size()), frames_, key_frames_,
          bytes_, rate_.bits_per_second(gst::now())};
}

}  // namespace tessera::media
