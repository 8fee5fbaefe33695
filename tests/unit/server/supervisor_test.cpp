// Rooms as processes: this binary plays the room (see fake_room.hpp).
#include <gtest/gtest.h>
#include <signal.h>

#include "fake_room.hpp"
#include "server/room_supervisor.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

class Client : public RoomClient {
 public:
  void on_room_event(const RoomEvent& event) override { events.push_back(event.name()); }
  void on_room_ended(const std::string& reason) override { ended = reason; }
  void on_replaced() override { replaced = true; }
  std::vector<std::string> events;
  std::string ended;
  bool replaced = false;
};

class SupervisorTest : public testing::Test {
 protected:
  void start(const std::string& mode = "normal", int spares = 0, LiveRoom::Timeouts timeouts = {5s, 5s, 5s}) {
    supervisor_ = std::make_unique<RoomSupervisor>(
        loop_, RoomSupervisor::Spec{test::fake_room_command(mode), Json::object(), spares, 3, timeouts},
        RoomSupervisor::Listener{
            .on_event = [this](LiveRoom&, const messages::Event& event) { seen_.push_back(event.name); },
            .on_ended = [this](LiveRoom& room,
                               const std::string& reason) { ended_.push_back(room.name() + ":" + reason); },
            .on_culprit =
                [this](LiveRoom& room, const std::string& participant) {
                  culprits_.push_back(room.name() + ":" + participant +
                                      (ended_.empty() ? "" : " (too late)"));
                }});
  }
  std::shared_ptr<LiveRoom> open(const std::string& name, const Json& settings = Json::object()) {
    auto room = supervisor_->open(name, settings);
    EXPECT_TRUE(room) << (room ? "" : room.error().message);
    if (!room) return nullptr;
    opened_.reset();
    (*room)->when_open([this](const Result<void>& result) { opened_ = result ? "ok" : result.error().code; });
    EXPECT_TRUE(wait([&] { return opened_.has_value(); }));
    return *room;
  }
  messages::Reply ask(LiveRoom& room, const std::string& method, Json params = Json::object()) {
    std::optional<messages::Reply> answer;
    room.request(method, std::move(params), [&](const messages::Reply& reply) { answer = reply; });
    EXPECT_TRUE(wait([&] { return answer.has_value(); })) << method;
    return answer.value_or(messages::Reply{});
  }
  messages::Reply join(LiveRoom& room) {
    std::optional<messages::Reply> answer;
    room.join(Json::object({{"name", "x"}}), [&](const messages::Reply& reply) { answer = reply; });
    EXPECT_TRUE(wait([&] { return answer.has_value(); }));
    return answer.value_or(messages::Reply{});
  }
  bool wait(const std::function<bool()>& done, std::chrono::milliseconds limit = 10s) {
    return loop_.run_until(done, limit);
  }

  Loop loop_;
  std::vector<std::string> seen_, ended_, culprits_;
  std::optional<std::string> opened_;
  std::unique_ptr<RoomSupervisor> supervisor_;
};

TEST_F(SupervisorTest, ARoomIsAProcessOfItsOwn) {
  start();
  const auto hall = open("hall"), attic = open("attic");
  EXPECT_EQ(opened_, "ok");
  EXPECT_NE(hall->pid(), attic->pid());
  EXPECT_EQ(ask(*hall, "describe").result["id"].as_string(), "hall");
  EXPECT_EQ(supervisor_->open("hall").value(), hall) << "the same name is the same room";
}

TEST_F(SupervisorTest, TheSpareBecomesTheRoomAndIsReplaced) {
  start("normal", 1);
  ASSERT_TRUE(wait([&] { return supervisor_->spares() == 1; }));
  const auto hall = supervisor_->open("hall").value();
  EXPECT_EQ(supervisor_->spares(), 0u);
  ASSERT_TRUE(wait([&] { return supervisor_->spares() == 1; })) << "another is kept warm";
  EXPECT_EQ(supervisor_->opened(), 1u);
}

TEST_F(SupervisorTest, ASpareThatDiesIsNotUsed) {
  start("dies", 1);
  ASSERT_TRUE(wait([&] { return supervisor_->spares() == 1; }));
  ASSERT_TRUE(wait([&] { return supervisor_->spares() == 0; }));
  ASSERT_TRUE(wait([&] { return supervisor_->spares() == 1; })) << "another is tried";
}

TEST_F(SupervisorTest, ACrashTellsEverybodyAndTheNameIsFree) {
  start();
  const auto hall = open("hall"), attic = open("attic");
  auto ann = std::make_shared<Client>(), bob = std::make_shared<Client>();
  hall->attach("p1", ann);
  attic->attach("p1", bob);
  const pid_t before = hall->pid();
  kill(before, SIGKILL);
  ASSERT_TRUE(wait([&] { return !ann->ended.empty(); }));
  EXPECT_EQ(ann->ended, "room-crashed");
  EXPECT_EQ(supervisor_->crashes(), 1u);
  EXPECT_EQ(ended_, std::vector<std::string>{"hall:room-crashed"});
  EXPECT_EQ(supervisor_->find("hall"), nullptr);
  EXPECT_TRUE(bob->ended.empty());
  EXPECT_TRUE(ask(*attic, "describe").ok) << "another room notices nothing";
  const auto fresh = open("hall");
  EXPECT_EQ(opened_, "ok");
  EXPECT_NE(fresh->pid(), before);
}

TEST_F(SupervisorTest, ADeathNamesWhoseBytesWereRead_BeforeTheRoomEnds) {
  start();
  const auto hall = open("hall");
  hall->request("die-of", Json::object({{"participant", "p2-ab"}}), [](const messages::Reply&) {});
  ASSERT_TRUE(wait([&] { return !ended_.empty(); }));
  EXPECT_EQ(culprits_, std::vector<std::string>{"hall:p2-ab"});
  const auto attic = open("attic");
  attic->request("die-of", Json::object(), [](const messages::Reply&) {});
  ASSERT_TRUE(wait([&] { return ended_.size() == 2; }));
  EXPECT_EQ(culprits_.size(), 1u) << "nobody is blamed for what is nobody's";
}

TEST_F(SupervisorTest, ARoomThatCrashedOpensAgainAsItWas) {
  start();
  const auto crash = [&](LiveRoom& room) {
    ended_.clear();
    ask(room, "crash");
    ASSERT_TRUE(wait([&] { return !ended_.empty(); }));
  };
  const auto settings_of = [&](LiveRoom& room) { return ask(room, "describe").result["settings"]; };
  const auto choose = [&](LiveRoom& room, const char* layout, const char* by) {
    ask(room, "emit",
        Json::object({{"event", "layout"}, {"data", Json::object({{"name", layout}, {"choice", by}})}}));
  };
  auto room = open("hall", Json::object({{"width", 320}, {"height", 180}, {"chimes", true}}));
  choose(*room, "grid", "operator");
  ask(*room, "set-settings", Json::object({{"chimes", false}}));
  crash(*room);
  room = open("hall");
  EXPECT_EQ(
      settings_of(*room).dump(),
      Json::object({{"width", 320}, {"height", 180}, {"chimes", false}, {"operatorLayout", "grid"}}).dump());

  // Dead again at once: the settings themselves may be what kills it.
  crash(*room);
  room = open("hall");
  EXPECT_TRUE(settings_of(*room).members().empty());
  EXPECT_TRUE(settings_of(*open("attic")).members().empty()) << "they are that room's own";

  // What an opener asks for goes first, and what is left to rules again is.
  choose(*room, "grid", "operator");
  choose(*room, "solo", "rule");
  ask(*room, "set-settings", Json::object({{"chimes", true}}));
  crash(*room);
  room = open("hall", Json::object({{"chimes", false}}));
  const Json merged = settings_of(*room);
  EXPECT_FALSE(merged["chimes"].as_bool(true));
  EXPECT_EQ(merged["operatorLayout"].as_string(), "");

  // Closed in order, a room leaves nothing behind.
  ended_.clear();
  room->close("room-closed");
  ASSERT_TRUE(wait([&] { return !ended_.empty(); }));
  EXPECT_TRUE(settings_of(*open("hall")).members().empty());
}

TEST_F(SupervisorTest, SettingsOfACrashedRoomAreKeptAgainAfterItsTrial_AndNotForEver) {
  RoomSupervisor::Spec spec{test::fake_room_command(), Json::object(), 0, 3, {5s, 5s, 5s}};
  spec.layouts = [] { return Json::object({{"grid", Json::object()}}); };
  spec.trial = 0ms;
  spec.keep_settings = 1s;
  supervisor_ = std::make_unique<RoomSupervisor>(
      loop_, spec, RoomSupervisor::Listener{{}, [this](LiveRoom& room, const std::string& reason) {
                                              ended_.push_back(room.name() + ":" + reason);
                                            }});
  const auto crash = [&](LiveRoom& room) {
    ended_.clear();
    ask(room, "crash");
    ASSERT_TRUE(wait([&] { return !ended_.empty(); }));
  };
  auto room = open("hall", Json::object({{"width", 320}, {"layout", "party"}}));
  for (int time = 0; time < 2; ++time) {
    crash(*room);
    room = open("hall");
    const Json settings = ask(*room, "describe").result["settings"];
    EXPECT_EQ(settings["width"].as_int(), 320) << "after crash " << time + 1;
    EXPECT_EQ(settings["layout"].as_string(), "") << "its file is gone meanwhile";
  }
  crash(*room);
  bool later = false;
  const SourceGuard timer = loop_.after(1500ms, [&] { later = true; });
  ASSERT_TRUE(wait([&] { return later; }));
  EXPECT_FALSE(ask(*open("hall"), "describe").result["settings"].has("width"));
}

TEST_F(SupervisorTest, GarbageAndEndlessLinesCountAsCrashes) {
  start();
  for (const char* method : {"garbage", "giant", "crash", "quit"}) {
    const auto room = open("hall");
    ended_.clear();
    const auto reply = ask(*room, method);
    EXPECT_EQ(reply.code, "room-gone") << method;
    ASSERT_TRUE(wait([&] { return !ended_.empty(); })) << method;
    EXPECT_EQ(ended_[0], "hall:room-crashed") << method;
  }
}

TEST_F(SupervisorTest, EventsReachWhomTheyAreFor) {
  start();
  const auto hall = open("hall");
  auto ann = std::make_shared<Client>(), bob = std::make_shared<Client>();
  hall->attach("p1", ann);
  hall->attach("p2", bob);
  ask(*hall, "emit", Json::object({{"event", "candidate"}, {"to", "p2"}, {"data", Json::object()}}));
  ask(*hall, "emit", Json::object({{"event", "speakers"}, {"data", Json::object()}}));
  EXPECT_EQ(ann->events, std::vector<std::string>{"speakers"});
  EXPECT_EQ(bob->events, (std::vector<std::string>{"candidate", "speakers"}));
  hall->detach("p1", bob.get());
  ask(*hall, "emit", Json::object({{"event", "notice"}, {"data", Json::object()}}));
  EXPECT_EQ(ann->events.back(), "notice") << "only who sits there can be taken off";
}

TEST_F(SupervisorTest, WhoComesBackReplacesTheOldConnection) {
  start();
  const auto hall = open("hall");
  auto before = std::make_shared<Client>(), after = std::make_shared<Client>();
  hall->attach("p1", before);
  hall->attach("p1", after);
  EXPECT_TRUE(before->replaced);
  EXPECT_FALSE(after->replaced);
}

TEST_F(SupervisorTest, AnEmptyRoomIsClosedAndItsProcessEnds) {
  start();
  const auto hall = open("hall");
  const pid_t pid = hall->pid();
  const auto joined = join(*hall);
  ask(*hall, "leave", Json::object({{"participant", joined.result["participant"]}}));
  ASSERT_TRUE(wait([&] { return supervisor_->idle(); }));
  EXPECT_EQ(ended_, std::vector<std::string>{"hall:room-closed"});
  EXPECT_EQ(supervisor_->crashes(), 0u);
  ASSERT_TRUE(wait([&] { return kill(pid, 0) != 0; })) << "and is reaped";
}

TEST_F(SupervisorTest, ARoomThatCannotGoOnIsClosedWithItsReason) {
  start();
  const auto hall = open("hall");
  auto ann = std::make_shared<Client>();
  hall->attach("p1", ann);
  ask(*hall, "emit",
      Json::object({{"event", "ending"}, {"data", Json::object({{"reason", "room-out-of-memory"}})}}));
  ASSERT_TRUE(wait([&] { return !ann->ended.empty(); }));
  EXPECT_EQ(ann->ended, "room-out-of-memory");
  EXPECT_TRUE(ann->events.empty()) << "the message is for the front";
  EXPECT_EQ(supervisor_->crashes(), 0u);
}

TEST_F(SupervisorTest, AJoinUnderWayKeepsAnEmptyRoomOpen) {
  start();
  const auto hall = open("hall");
  std::optional<messages::Reply> joined;
  hall->request("emit", Json::object({{"event", "empty"}, {"data", Json::object()}}),
                [](const messages::Reply&) {});
  hall->join(Json::object({{"name", "late"}}), [&](const messages::Reply& reply) { joined = reply; });
  ASSERT_TRUE(wait([&] { return joined.has_value(); }));
  EXPECT_TRUE(joined->ok);
  EXPECT_TRUE(ask(*hall, "describe").ok);
  EXPECT_EQ(hall->state(), LiveRoom::State::open);
}

TEST_F(SupervisorTest, AClosingRoomsNameOpensAFreshRoom) {
  start("stubborn", 0, {5s, 5s, 300ms});
  const auto old = open("hall");
  old->close("room-closed");
  EXPECT_EQ(supervisor_->find("hall"), nullptr);
  const auto fresh = open("hall");
  EXPECT_NE(fresh, old);
  ASSERT_TRUE(wait([&] { return old->state() == LiveRoom::State::ended; }))
      << "one that does not close is killed";
  EXPECT_EQ(fresh->state(), LiveRoom::State::open);
}

TEST_F(SupervisorTest, ARoomThatDoesNotGetReadyIsUnavailable) {
  for (const char* mode : {"silent", "deaf", "dies"}) {
    start(mode, 0, {200ms, 5s, 5s});
    open("hall");
    EXPECT_EQ(opened_, "room-unavailable") << mode;
    EXPECT_EQ(supervisor_->find("hall"), nullptr) << mode;
  }
}

TEST_F(SupervisorTest, AConfigurationThatTheRoomRefusesIsUnavailable) {
  start();
  open("refused");
  EXPECT_EQ(opened_, "room-unavailable");
}

TEST_F(SupervisorTest, OneRoomTooManyIsRefused) {
  start();
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(supervisor_->open(name));
  const auto refused = supervisor_->open("d");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "too-many-rooms");
}

TEST_F(SupervisorTest, DrainingClosesAllAndOpensNone) {
  start("normal", 1);
  const auto hall = open("hall");
  auto ann = std::make_shared<Client>();
  hall->attach("p1", ann);
  supervisor_->drain("server-shutdown");
  EXPECT_EQ(supervisor_->open("attic").error().code, "draining");
  ASSERT_TRUE(wait([&] { return supervisor_->idle(); }));
  EXPECT_EQ(ann->ended, "server-shutdown");
  EXPECT_EQ(supervisor_->spares(), 0u);
}

TEST_F(SupervisorTest, ARoomThatHangsAnswersWithATimeout) {
  start("normal", 0, {5s, 100ms, 5s});
  const auto hall = open("hall");
  EXPECT_EQ(ask(*hall, "hang").code, "room-timeout");
  EXPECT_TRUE(ask(*hall, "describe").ok) << "it was only slow";
}

}  // namespace
}  // namespace tessera::server
