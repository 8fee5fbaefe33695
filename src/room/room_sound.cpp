#include "room/room_sound.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "media/own_sounds.hpp"
#include "room/roles.hpp"
#include "room/room.hpp"

namespace tessera::room {
namespace {

constexpr auto level_period = std::chrono::milliseconds(100);
constexpr double quietest_db = -60;                 // below it a meter shows nothing
constexpr std::size_t most_levels = 32;             // the loudest
constexpr std::size_t chimes_up_to = 25;            // seats: in a large room somebody always comes or goes
constexpr auto settling = std::chrono::seconds(1);  // from a connection to hearing its first word whole

}  // namespace

RoomSound::RoomSound(Loop& loop, media::Bridge& bridge, const config::ServerConfig& config,
                     const Seats& seats, bool chimes, Emit emit)
    : loop_(loop),
      seats_(seats),
      chimes_(chimes),
      emit_(std::move(emit)),
      announcements_(loop, bridge, config, [this](const Json& announcement) { tell(announcement); }),
      notice_([this] { return hearers(); }, [this](const std::string& to) { return say_recording(to); },
              [this](const std::string& id) { (void)announcements_.stop(id); }) {}

void RoomSound::announce(const Json& wanted, Announcements::Reply reply) {
  Announcements::Target target{wanted["to"].as_string(), nullptr};
  if (!target.participant.empty()) {
    const auto seat = seats_.find(target.participant);
    if (seat == seats_.end())
      return reply(error("unknown-participant", "nobody with the id \"{}\" is in this room",
                         shortened(target.participant, 80)));
    target.seat = seat->second->sound();
  }
  announcements_.play(wanted, std::move(target), std::move(reply));
}

Json RoomSound::announcements() const {
  Json builtin = Json::array();
  for (const auto& name : media::own_sounds()) builtin.push(name);
  return Json::object({{"announcements", announcements_.describe()},
                       {"files", announcements_.files()},
                       {"builtin", std::move(builtin)}});
}

Json RoomSound::playing(const Seat* participant) const {
  Json list = Json::array();
  const Json all = announcements_.describe();
  for (const Json& each : all.items())
    if (!participant || participant->is_operator() || !each.has("to") ||
        each["to"] == participant->identity().id)
      list.push(each);
  return list;
}

// What is for one is no other participant's business; operators see everything.
void RoomSound::tell(Json announcement) {
  const std::string to = announcement["to"].as_string();
  if (announcement["purpose"].as_string() == "recording") {
    const std::string state = announcement["state"].as_string();
    if (state == "playing") announcement.set("heard", heard_by(to));
    notice_.words_are(announcement["id"].as_string(), to, state);
    if (state == "failed")  // nobody was told of the announcement
      return emit_(
          "notice",
          Json::object({{"code", "not-announced"},
                        {"text", "That this is recorded could not be said; the server's log tells why."},
                        {"for", "operator"}}),
          "");
  }
  const Json data = Json::object({{"announcement", announcement}});
  if (to.empty()) return emit_("announcement", data, "");
  Json restricted = data;
  restricted.set("for", "operator");
  emit_("announcement", restricted, "");
  const auto seat = seats_.find(to);
  if (seat != seats_.end() && !seat->second->is_operator()) emit_("announcement", data, to);
}

Result<Json> RoomSound::mute_all(const Json& wanted) {
  if (!wanted["muted"].is_null() && !wanted["muted"].is_bool())
    return error("bad-request", "muted is true or false");
  if (!wanted["except"].is_null() && !wanted["except"].is_array())
    return error("bad-request", "except is a list of participants' ids");
  const bool muted = wanted["muted"].as_bool(true);
  std::set<std::string> except;
  for (const auto& id : wanted["except"].items()) except.insert(id.as_string());
  const Actor actor = actor_from(wanted["by"]);
  Json changed = Json::array();
  for (const auto& [id, seat] : seats_) {
    if (except.contains(id) || seat->muted() == muted || !seat->in_picture()) continue;
    if (!may_change(actor, id, seat->identity().allowed)) continue;
    seat->set_muted(muted);
    emit_("participant-updated", seat->describe(), "");
    changed.push(id);
  }
  return Json::object({{"changed", std::move(changed)}});
}

Result<void> RoomSound::watch_levels(const std::string& participant, bool on) {
  if (!seats_.contains(participant))
    return error("unknown-participant", "nobody with the id \"{}\" is in this room", participant);
  if (on)
    watchers_.insert(participant);
  else
    watchers_.erase(participant);
  silent_ = false;  // who is new learns it too
  if (watchers_.empty())
    level_tick_.reset();
  else if (!level_tick_)
    level_tick_ = loop_.every(level_period, [this] { send_levels(); });
  return {};
}

void RoomSound::send_levels() {
  std::vector<std::pair<double, const std::string*>> loud;
  for (const auto& [id, seat] : seats_) {
    const double level = seat->sound()->stats().meter_db;
    if (level > quietest_db && !seat->held()) loud.emplace_back(level, &id);
  }
  // Silence is said once.
  if (std::exchange(silent_, loud.empty()) && loud.empty()) return;
  std::sort(loud.begin(), loud.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (loud.size() > most_levels) loud.resize(most_levels);
  Json levels = Json::object();
  for (const auto& [level, id] : loud) levels.set(*id, static_cast<int>(std::lround(level)));
  emit_("levels", Json::object({{"levels", std::move(levels)}, {"for", "levels"}}), "");
}

void RoomSound::joined(const Seat& seat) {
  if (chimes_ && seat.in_picture() && seats_.size() <= chimes_up_to) announcements_.chime(true);
}

void RoomSound::left(const Seat& seat) {
  const std::string& id = seat.identity().id;
  announcements_.forget(id);
  watchers_.erase(id);
  if (watchers_.empty()) level_tick_.reset();
  if (seat.held()) hold_changed();
  if (chimes_ && seat.in_picture() && !seats_.empty() && seats_.size() < chimes_up_to)
    announcements_.chime(false);
}

std::string RoomSound::say_recording(const std::string& to) {
  return announcements_.say_recording({to, to.empty() ? nullptr : seats_.at(to)->sound()});
}

/// Who came first is told first.
std::vector<RecordingNotice::Hearer> RoomSound::hearers() const {
  std::vector<const Seat*> hearing;
  for (const auto& [id, seat] : seats_)
    if (seat->hears_for()) hearing.push_back(seat.get());
  std::sort(hearing.begin(), hearing.end(),
            [](const Seat* a, const Seat* b) { return a->joined_order() < b->joined_order(); });
  std::vector<RecordingNotice::Hearer> hearers;
  for (const Seat* seat : hearing) hearers.push_back({seat->identity().id, *seat->hears_for() >= settling});
  return hearers;
}

Json RoomSound::heard_by(const std::string& to) const {
  Json heard = Json::array();
  for (const auto& hearer : hearers())
    if (hearer.settled && (to.empty() || to == hearer.id)) heard.push(hearer.id);
  return heard;
}

/// Looks again when those who hear only now have settled.
void RoomSound::hears_anew() {
  if (std::exchange(somebody_settles_, true)) return;
  settled_ = loop_.after(settling, [this] {
    somebody_settles_ = false;
    notice_.look();
    const auto now = hearers();
    if (std::any_of(now.begin(), now.end(), [](const auto& hearer) { return !hearer.settled; })) hears_anew();
  });
}

void RoomSound::hold_changed() {
  hears_anew();
  announcements_.set_hold(
      std::any_of(seats_.begin(), seats_.end(), [](const auto& each) { return each.second->held(); }));
}

Result<Json> Room::set_settings(const Json& settings) {
  if (settings["chimes"].is_bool()) sound_->set_chimes(settings["chimes"].as_bool());
  return Json::object({{"chimes", sound_->chimes()}});
}

}  // namespace tessera::room
