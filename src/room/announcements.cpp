#include "room/announcements.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "media/own_sounds.hpp"

namespace tessera::room {
namespace {

constexpr std::size_t most_items = 16;
constexpr std::size_t most_files = 500;
constexpr std::uint64_t chime_ids = std::uint64_t{1} << 32;  // above the numbers of announcements
constexpr std::uint64_t hold_id = chime_ids - 1;

std::string id_of(std::uint64_t number) {
  return fmt::format("a{}", number);
}

Result<double> number_in(const Json& wanted, std::string_view key, double fallback, double most) {
  const Json& value = wanted[key];
  if (value.is_null()) return fallback;
  if (!value.is_number() || value.as_double() < 0 || value.as_double() > most)
    return error("bad-request", "{} is a number from 0 to {}", key, most);
  return value.as_double();
}

}  // namespace

Announcements::Announcements(Loop& loop, media::Bridge& bridge, const config::ServerConfig& config,
                             Changed changed)
    : loop_(loop), bridge_(bridge), config_(config), changed_(std::move(changed)), feeder_(loop) {}

Announcements::~Announcements() {
  for (auto& [participant, audience] : audiences_) {
    audience.player->disconnect();
    if (audience.seat) audience.seat->set_program(nullptr);
  }
  bridge_.set_room_program(nullptr);
  bridge_.set_hold_program(nullptr);
}

Result<Announcements::Item> Announcements::read(const Json& wanted) const {
  Item item;
  item.file = wanted["file"].as_string();
  item.builtin = wanted["builtin"].as_string();
  if (item.file.empty() == item.builtin.empty())
    return error("bad-request", "name a file, or a built-in sound ({})",
                 fmt::join(media::own_sounds(), ", "));
  const auto& defaults = config_.announcements;
  const auto gain = number_in(wanted, "gain", 1, 4);
  const auto duck = number_in(wanted, "duckDb", defaults.duck_db, 60);
  const auto attack = number_in(wanted, "attackMs", defaults.attack_ms, 10'000);
  const auto release = number_in(wanted, "releaseMs", defaults.release_ms, 10'000);
  for (const auto* value : {&gain, &duck, &attack, &release})
    if (!*value) return value->error();
  item.clip.gain = static_cast<float>(*gain);
  item.clip.ducking = {*duck, std::chrono::milliseconds(static_cast<int>(*attack)),
                       std::chrono::milliseconds(static_cast<int>(*release))};
  return item;
}

media::SoundFeeder::Open Announcements::opener(const std::string& file, const std::string& builtin) const {
  if (!builtin.empty()) return [builtin] { return media::open_own_sound(builtin); };
  return [folder = config_.paths.announcements, file] { return media::SoundReader::open(folder, file); };
}

void Announcements::play(const Json& wanted, Target target, Reply reply) {
  auto item = read(wanted);
  if (!item) return reply(std::move(item).error());
  const auto waiting = static_cast<std::size_t>(std::count_if(
      items_.begin(), items_.end(), [](const auto& each) { return !each.second.tells_of_recording; }));
  if (waiting >= most_items) return reply(error("conflict", "{} announcements are waiting already", waiting));
  begin(std::move(*item), std::move(target), std::move(reply));
}

std::string Announcements::begin(Item item, Target target, Reply reply) {
  const std::uint64_t number = ++last_number_;
  const std::string id = item.id = id_of(number);
  item.to = target.participant;
  item.clip.id = number;
  items_[number] = std::move(item);
  open(number, std::move(target), std::move(reply));
  return id;
}

void Announcements::open(std::uint64_t number, Target target, Reply reply) {
  const Item& item = items_.at(number);
  feeder_.feed(opener(item.file, item.builtin),
               {.repeat = false, .longest = std::chrono::seconds(config_.announcements.max_seconds)},
               [this, number, target = std::move(target),
                reply = std::move(reply)](Result<media::SoundFeeder::Opened> opened) {
                 const auto found = items_.find(number);
                 if (found == items_.end())  // stopped, or its listener left, before it was open
                   return reply(error("conflict", "the announcement was stopped before it began"));
                 Item& ready = found->second;
                 if (!opened) return not_opened(number, target, reply, std::move(opened).error());
                 ready.length = opened->length;
                 ready.clip.sound = opened->sound;
                 ready.state = "waiting";
                 player_for(target).add(std::move(ready.clip));
                 ready.clip.sound.reset();
                 log::info("announcement {}: {}{} to {}", ready.id, ready.file, ready.builtin,
                           ready.to.empty() ? "the room" : ready.to);
                 reply(Json::object({{"announcement", describe(ready)}}));
               });
}

void Announcements::not_opened(std::uint64_t number, Target target, Reply reply, Error failure) {
  Item& item = items_.at(number);
  if (!item.tells_of_recording) {
    items_.erase(number);
    return reply(std::move(failure));
  }
  log::error("the recording is not announced as configured: {}", failure.message);
  if (item.file.empty()) return finish(number, "failed");
  // People are told all the same, in the program's own words.
  item.file.clear();
  item.builtin = "recording";
  open(number, std::move(target), std::move(reply));
}

media::ProgramPlayer& Announcements::player_for(const Target& target) {
  Audience& audience = audiences_[target.participant];
  if (!audience.player) {
    audience.player = std::make_shared<media::ProgramPlayer>(
        loop_, [this](audio::ProgramMix::Event event) { on_event(event); });
    audience.seat = target.seat;
    if (audience.seat)
      audience.seat->set_program(audience.player);
    else
      bridge_.set_room_program(audience.player);
  }
  return *audience.player;
}

void Announcements::on_event(audio::ProgramMix::Event event) {
  if (event.id >= chime_ids) {
    if (!event.started) --chimes_playing_;
    return;
  }
  const auto found = items_.find(event.id);
  if (found == items_.end()) return;
  if (!event.started) return finish(event.id, found->second.state == "stopping" ? "stopped" : "ended");
  if (found->second.state == "stopping") return;  // it ends at the next tick
  found->second.state = "playing";
  changed_(describe(found->second));
}

void Announcements::finish(std::uint64_t number, const std::string& state) {
  const auto found = items_.find(number);
  if (found == items_.end()) return;
  Item item = std::move(found->second);
  items_.erase(found);
  item.state = state;
  changed_(describe(item));
}

Result<void> Announcements::stop(const std::string& id) {
  const auto found =
      std::find_if(items_.begin(), items_.end(), [&](const auto& i) { return i.second.id == id; });
  if (found == items_.end())
    return error("unknown-announcement", "no announcement {} plays or waits in this room", id);
  const auto audience = audiences_.find(found->second.to);
  if (found->second.state == "opening" || audience == audiences_.end()) {
    finish(found->first, "stopped");
  } else {
    found->second.state = "stopping";
    audience->second.player->stop(found->first);
  }
  return {};
}

Json Announcements::describe(const Item& item) const {
  Json result = Json::object({{"id", item.id}});
  if (!item.file.empty()) result.set("file", item.file);
  if (!item.builtin.empty()) result.set("builtin", item.builtin);
  if (!item.to.empty()) result.set("to", item.to);
  result.set("state", item.state == "opening" ? "waiting" : item.state);
  if (item.tells_of_recording) result.set("purpose", "recording");
  if (item.length) result.set("durationMs", item.length->count());
  const auto audience = audiences_.find(item.to);
  if (audience != audiences_.end())
    result.set("positionMs", audience->second.player->position(item.clip.id).count());
  return result;
}

Json Announcements::describe() const {
  Json list = Json::array();
  for (const auto& [number, item] : items_) list.push(describe(item));
  return list;
}

Json Announcements::files() const {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::directory_iterator it(config_.paths.announcements, failure), end; !failure && it != end;
       it.increment(failure)) {
    std::error_code ignored;
    const std::string name = it->path().filename().string();
    if (it->is_regular_file(ignored) && !it->is_symlink(ignored) && media::is_sound_name(name))
      names.push_back(name);
    if (names.size() == most_files) break;
  }
  std::sort(names.begin(), names.end());
  Json list = Json::array();
  for (auto& name : names) list.push(std::move(name));
  return list;
}

void Announcements::chime(bool joins) {
  // Twenty people who come at once are one chime, not twenty.
  if (chimes_playing_ > 0) return;
  ++chimes_playing_;
  feeder_.feed(opener("", joins ? "join" : "leave"), {}, [this](Result<media::SoundFeeder::Opened> opened) {
    if (!opened) {
      --chimes_playing_;
      return;
    }
    player_for({}).add({chime_ids + ++last_chime_, opened->sound, 1, {.amount_db = 0}, audio::Turn::at_once});
  });
}

std::string Announcements::say_recording(Target target) {
  const std::string& file = config_.announcements.recording;
  auto item = read(file.empty() ? Json::object({{"builtin", "recording"}}) : Json::object({{"file", file}}));
  if (!item) return "";
  item->tells_of_recording = true;
  item->clip.turn = audio::Turn::next;
  return begin(std::move(*item), std::move(target), [](const Result<Json>&) {});
}

void Announcements::set_hold(bool anyone) {
  if (anyone == (hold_ != nullptr)) return;
  if (!anyone) {
    bridge_.set_hold_program(nullptr);
    hold_.reset();
    return;
  }
  hold_ = std::make_shared<media::ProgramPlayer>(loop_, [](audio::ProgramMix::Event) {});
  bridge_.set_hold_program(hold_);
  const std::string& file = config_.announcements.hold_music;
  if (file.empty()) return;
  feeder_.feed(opener(file, ""), {.repeat = true},
               [weak = std::weak_ptr(hold_)](Result<media::SoundFeeder::Opened> opened) {
                 if (!opened)
                   log::error("no music on hold: {}", opened.error().message);
                 else if (const auto player = weak.lock())
                   player->add({hold_id, opened->sound, 1, {.amount_db = 0}, audio::Turn::at_once});
               });
}

void Announcements::forget(const std::string& participant) {
  std::vector<std::uint64_t> gone;
  for (const auto& [number, item] : items_)
    if (item.to == participant) gone.push_back(number);
  const auto audience = audiences_.find(participant);
  if (audience != audiences_.end()) {
    audience->second.player->disconnect();
    audience->second.seat->set_program(nullptr);
    audiences_.erase(audience);
  }
  for (const auto number : gone) finish(number, "stopped");
}

}  // namespace tessera::room
