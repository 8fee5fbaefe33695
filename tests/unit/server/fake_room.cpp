#include "fake_room.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <utility>

#include "base/black_box.hpp"
#include "base/json.hpp"
#include "messages/messages.hpp"

namespace tessera::server::test {
namespace {

constexpr int room_fd = 3, black_box_fd = 4;
constexpr const char* room_flag = "--fake-room";
constexpr const char* finisher_flag = "--fake-finisher";

void write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = ::write(room_fd, text.data() + done, text.size() - done);
    if (put <= 0) _exit(1);
    done += static_cast<std::size_t>(put);
  }
}

// Takes requests as the room process does, with seats that are only names.
class FakeRoom {
 public:
  explicit FakeRoom(std::string mode) : mode_(std::move(mode)) {}

  int run() {
    if (mode_ == "dies") return 1;
    if (mode_ != "silent") emit("ready", "", Json::object());
    std::string incoming;
    char chunk[65536];
    for (ssize_t got; (got = ::read(room_fd, chunk, sizeof chunk)) > 0;) {
      incoming.append(chunk, static_cast<std::size_t>(got));
      for (std::size_t end; (end = incoming.find('\n')) != std::string::npos;) {
        auto request = messages::decode_from_front(incoming.substr(0, end));
        incoming.erase(0, end + 1);
        if (request) handle(*request);
      }
    }
    return 0;
  }

 private:
  void emit(const std::string& name, const std::string& to, Json data) {
    write_all(messages::encode(messages::Event{name, to, std::move(data)}));
  }
  void reply(const messages::Request& request, Json result) {
    messages::Reply answer;
    answer.id = request.id;
    answer.result = std::move(result);
    write_all(messages::encode(answer));
  }
  void refuse(const messages::Request& request, const std::string& code, int status) {
    messages::Reply answer;
    answer.id = request.id;
    answer.ok = false;
    answer.code = code;
    answer.detail = "refused by the fake";
    answer.status = status;
    write_all(messages::encode(answer));
  }
  Json snapshot() const {
    Json participants = Json::array();
    for (const auto& [id, person] : seats_) participants.push(person);
    return Json::object({{"id", room_},
                         {"participants", participants},
                         {"pid", static_cast<int>(getpid())},
                         {"settings", settings_},
                         {"recordings", Json::array()}});
  }

  void handle(const messages::Request& request) {
    const std::string& method = request.method;
    const Json& params = request.params;
    if (mode_ == "deaf" || method == "hang") return;
    if (method == "crash") {
      std::signal(SIGABRT, SIG_DFL);
      std::abort();
    }
    if (method == "die-of") {
      (void)carry_black_box(black_box_fd);
      const std::string owner = params["participant"].as_string();
      const ReadingBytesOf mark(owner.c_str(), "test");
      std::abort();
    }
    if (method == "quit") _exit(0);
    if (method == "garbage") return write_all("{\"neither\": 1}\n");
    if (method == "giant") return write_all(std::string(5 * 1024 * 1024, 'x'));
    if (method == "big")
      return reply(
          request,
          Json::object({{"text", std::string(static_cast<std::size_t>(params["bytes"].as_int()), 'y')}}));
    if (method == "emit") {
      emit(params["event"].as_string(), params["to"].as_string(), params["data"]);
      return reply(request, Json::object());
    }
    if (method == "configure") {
      room_ = params["room"].as_string();
      settings_ = params["settings"];
      if (room_ == "refused") return refuse(request, "bad-layout", 422);
      return reply(request, Json::object());
    }
    if (method == "close") {
      if (mode_ == "stubborn") return;
      for (const auto& [id, person] : seats_) emit("bye", id, Json::object({{"reason", params["reason"]}}));
      reply(request, Json::object());
      _exit(0);
    }
    if (method == "join") return join(request);
    if (method == "describe") {
      if (const auto answer = std::exchange(late_, nullptr)) answer();
      return reply(request, snapshot());
    }
    if (method == "stats") return reply(request, stats());
    if (method == "set-layout") {
      if (params["name"].as_string() == "nothing") return refuse(request, "unknown-layout", 404);
      return reply(request, Json::object({{"layout", Json::object({{"name", params["name"]}})}}));
    }
    if (method == "set-settings") {
      if (room_ == "stubborn") return refuse(request, "bad-settings", 422);
      for (const auto& [key, value] : params.members()) settings_.set(key, value);
      return reply(request, Json::object());
    }
    if (method == "announce")
      return reply(request, Json::object({{"announcement", Json::object({{"id", "a1"}})}}));
    if (method == "announcements" || method == "stop-announcement" || method == "mute-all")
      return reply(request, Json::object());
    if (method == "start-recording") {
      if (room_ == "full-disk") return refuse(request, "disk-full", 507);
      emit("recording", "", Json::object({{"id", params["id"]}, {"state", "recording"}}));
      Json started = Json::object({{"id", params["id"]}, {"state", "starting"}});
      if (params.has("quotaBytes")) started.set("quotaBytes", params["quotaBytes"]);
      return reply(request, started);
    }
    if (method == "set-recording") {
      reply(request, Json::object({{"id", params["id"]}, {"state", "stopping"}}));
      return emit("recording", "", Json::object({{"id", params["id"]}, {"state", "finishing"}}));
    }
    if (!params.has("participant")) return refuse(request, "unknown-method", 404);
    on_seat(request, params["participant"].as_string());
  }

  void join(const messages::Request& request) {
    const Json& params = request.params;
    if (room_ == "full") return refuse(request, "room-full", 503);
    std::string id = params["resume"].as_string();
    const bool resumed = id.starts_with("resume-") && seats_.contains(id.substr(7));
    id = resumed ? id.substr(7) : "p" + std::to_string(next_++);
    if (!resumed && params["resumeOnly"].as_bool()) return refuse(request, "unknown-participant", 404);
    if (!resumed)
      seats_[id] = Json::object({{"id", id},
                                 {"name", params["name"]},
                                 {"role", params["role"]},
                                 {"kind", params["kind"]},
                                 {"muted", params["muted"]},
                                 {"held", params["held"]}});
    if (params.has("endsInMs")) seats_[id].set("endsInMs", params["endsInMs"]);
    const Json joined = Json::object({{"participant", id},
                                      {"resume", "resume-" + id},
                                      {"resumed", resumed},
                                      {"connection", next_connection_++},
                                      {"room", snapshot()}});
    if (room_ == "late" && resumed)
      late_ = [this, request, joined] { reply(request, joined); };
    else
      reply(request, joined);
    emit("participant-joined", "", seats_[id]);
  }

  void on_seat(const messages::Request& request, const std::string& id) {
    const Json& params = request.params;
    const auto seat = seats_.find(id);
    if (seat == seats_.end()) return refuse(request, "unknown-participant", 404);
    if (request.method == "offer") {
      const std::string sdp = params["sdp"].as_string();
      if (sdp.find("bad") != std::string::npos) return refuse(request, "bad-sdp", 400);
      if (sdp.find("renegotiate") != std::string::npos)
        return refuse(request, "renegotiation-unsupported", 422);
      if (sdp.find("unsupported") != std::string::npos) return refuse(request, "unsupported-offer", 422);
      return reply(request,
                   Json::object({{"sdp", "v=0\r\na=answer-to:" + std::to_string(sdp.size()) + "\r\n"}}));
    }
    if (request.method == "leave") {
      Json person = seat->second;
      person.set("reason", params["reason"].as_string("left"));
      seats_.erase(seat);
      reply(request, Json::object());
      emit("participant-left", "", person);
      if (params["reason"].as_string() == "kicked") emit("bye", id, Json::object({{"reason", "kicked"}}));
      if (seats_.empty()) emit("empty", "", Json::object());
      return;
    }
    if (request.method == "chat")
      emit("chat", "",
           Json::object({{"from", id}, {"name", seat->second["name"]}, {"text", params["text"]}}));
    if (request.method == "candidate") emit("candidate-seen", "", params);
    if (request.method == "detach")
      emit("detached", "", Json::object({{"participant", id}, {"connection", params["connection"]}}));
    if (request.method == "update-participant") {
      for (const auto& [key, value] : params.members())
        if (key != "participant") seat->second.set(key, value);
      emit("participant-updated", "", seat->second);
      return reply(request, Json::object({{"participant", seat->second}}));
    }
    reply(request, Json::object());
  }

  static Json stats() {
    return Json::object({{"metrics", Json::array({Json::object({{"name", "tessera_room_encoders"},
                                                                {"help", "Encoders"},
                                                                {"type", "gauge"},
                                                                {"labels", Json::object({{"codec", "h264"}})},
                                                                {"value", 1}})})}});
  }

  std::string mode_;
  std::string room_;
  Json settings_;
  std::map<std::string, Json> seats_;
  int next_ = 1, next_connection_ = 1;
  std::function<void()> late_;  ///< the reply that is being kept back
};

int run_finisher(const std::string& outcome, const std::string& directory) {
  std::printf("{\"progress\": 0.5}\n");
  if (outcome == "dies") std::abort();
  if (outcome == "silent") return 1;
  std::printf("{\"id\": \"%s\", \"state\": \"%s\", \"error\": {\"code\": \"x\", \"message\": \"because\"}}\n",
              std::strrchr(directory.c_str(), '/') + 1, outcome.c_str());
  std::fflush(stdout);
  return outcome == "ready" ? 0 : 1;
}

// Runs before main(): this binary is a test, unless it was started as one of the fakes.
[[gnu::constructor]] void become_a_fake(int argc, char** argv) {
  if (argc >= 3 && std::strcmp(argv[1], room_flag) == 0) _exit(FakeRoom(argv[2]).run());
  if (argc >= 4 && std::strcmp(argv[1], finisher_flag) == 0) {
    const int status = run_finisher(argv[2], argv[3]);
    std::fflush(stdout);
    _exit(status);
  }
}

}  // namespace

std::vector<std::string> fake_room_command(const std::string& mode) {
  return {"/proc/self/exe", room_flag, mode};
}

std::vector<std::string> fake_finisher_command(const std::string& outcome) {
  return {"/proc/self/exe", finisher_flag, outcome};
}

}  // namespace tessera::server::test
