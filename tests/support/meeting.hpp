#pragma once
// A meeting at virtual speed: people who say something, one mixer, and what each hears, through real Opus
// both ways.

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "audio/level.hpp"
#include "audio/mixer.hpp"
#include "sound.hpp"

namespace tessera::test {

using audio::Nanoseconds;

struct Person {
  Person(std::uint64_t id, std::function<Frame()> source) : seat(id), says(std::move(source)) {
    seat.listening = true;
  }
  audio::MixerSeat seat;
  std::function<Frame()> says;  ///< the next 20 ms
  audio::Encoder encoder = audio::Encoder::create({}).value();
  audio::Decoder decoder = audio::Decoder::create().value();
  std::vector<std::int16_t> heard;
};

class Meeting {
 public:
  explicit Meeting(const audio::MixerSpec& spec = {}) : mixer_(audio::Mixer::create(spec).value()) {}

  Person& add(std::function<Frame()> says) {
    people.push_back(std::make_unique<Person>(people.size() + 1, std::move(says)));
    return *people.back();
  }
  audio::Mixer::Tick tick() {
    seats_.clear();
    for (auto& person : people) {
      const Frame frame = person->says();
      const int level = with_levels ? static_cast<int>(std::lround(-audio::level_db(frame))) : -1;
      person->seat.playout.push({opus_packet(person->encoder, frame), now - std::chrono::milliseconds(3),
                                 now - std::chrono::milliseconds(2), 0, level});
      seats_.push_back(&person->seat);
    }
    const auto result = mixer_->tick(now, seats_);
    for (auto& person : people) {
      if (!person->seat.listening) continue;
      const auto packet = person->seat.packet().empty() ? result.shared : person->seat.packet();
      EXPECT_FALSE(packet.empty());
      Frame frame;
      EXPECT_TRUE(person->decoder.decode(packet, frame));
      person->heard.insert(person->heard.end(), frame.begin(), frame.end());
    }
    now += audio::tick_length;
    return result;
  }
  void run(Nanoseconds length) {
    for (Nanoseconds done{}; done < length; done += audio::tick_length) tick();
  }

  std::vector<std::unique_ptr<Person>> people;
  bool with_levels = false;  ///< senders say how loud they are (RFC 6464)
  Nanoseconds now = std::chrono::seconds(100);

 private:
  std::unique_ptr<audio::Mixer> mixer_;
  std::vector<audio::MixerSeat*> seats_;
};

}  // namespace tessera::test
