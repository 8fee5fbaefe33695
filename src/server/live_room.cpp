#include "server/live_room.hpp"

#include <fmt/chrono.h>

#include "base/log.hpp"
#include "server/names.hpp"

namespace tessera::server {
namespace {

messages::Reply gone() {
  messages::Reply reply;
  reply.ok = false;
  reply.code = "room-gone";
  reply.detail = "the room has ended";
  reply.status = 503;
  return reply;
}

}  // namespace

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

LiveRoom::LiveRoom(Loop& loop, std::string name, Json configure, Timeouts timeouts, Listener listener)
    : loop_(loop),
      name_(std::move(name)),
      configure_(std::move(configure)),
      timeouts_(timeouts),
      listener_(std::move(listener)),
      started_at_(utc_now()) {}

LiveRoom::~LiveRoom() {
  listener_ = {};
}

void LiveRoom::start(std::unique_ptr<SpawnedRoom> process) {
  process_ = std::move(process);
  const std::weak_ptr<LiveRoom> weak = weak_from_this();
  const auto if_alive = [weak](auto action) {
    if (const auto self = weak.lock()) action(*self);
  };
  deadline_ =
      loop_.after(timeouts_.ready, [this] { fail_opening("the room process did not start in time"); });
  // The room can go during its last callback, hence the weak pointers.
  process_->set_handlers({
      [if_alive] { if_alive([](LiveRoom& room) { room.configure(); }); },
      [if_alive](const messages::Event& event) { if_alive([&](LiveRoom& room) { room.on_event(event); }); },
      [if_alive](const std::string& why) {
        if_alive([&](LiveRoom& room) {
          if (room.state_ == State::opening) return room.fail_opening("the room process ended: " + why);
          if (room.state_ == State::closing) return room.end(room.close_reason_);
          log::error("room {}: process {} is gone: {}", room.name_, room.pid(), why);
          room.tell_culprit();
          room.end("room-crashed");
        });
      },
  });
}

void LiveRoom::configure() {
  const std::weak_ptr<LiveRoom> weak = weak_from_this();
  process_->link().request(
      "configure", configure_,
      [weak](const messages::Reply& reply) {
        if (const auto self = weak.lock()) self->on_configured(reply);
      },
      timeouts_.ready);
}

void LiveRoom::on_configured(const messages::Reply& reply) {
  if (state_ != State::opening) return;
  if (!reply.ok) return fail_opening(reply.detail);
  state_ = State::open;
  deadline_.reset();
  log::info("room {} is open (process {})", name_, pid());
  if (listener_.on_opened) listener_.on_opened(*this);
  tell_waiters({});
}

void LiveRoom::fail_opening(const std::string& why) {
  if (state_ != State::opening) return;
  log::error("room {} did not open: {}", name_, why);
  const auto self = shared_from_this();
  state_ = State::closing;
  if (listener_.on_closing) listener_.on_closing(*this, "room-unavailable");
  tell_waiters(error("room-unavailable", "the room could not be opened: {}", why));
  end("room-unavailable");
}

void LiveRoom::tell_waiters(const Result<void>& result) {
  const auto waiters = std::exchange(waiters_, {});
  for (const auto& waiter : waiters) waiter(result);
}

void LiveRoom::when_open(OnOpen on_open) {
  if (state_ == State::opening)
    waiters_.push_back(std::move(on_open));
  else if (state_ == State::open)
    on_open({});
  else
    on_open(error("room-gone", "the room is closing"));
}

void LiveRoom::request(std::string method, Json params, RoomLink::OnReply on_reply) {
  request(std::move(method), std::move(params), std::move(on_reply), timeouts_.request);
}

void LiveRoom::request(std::string method, Json params, RoomLink::OnReply on_reply,
                       std::chrono::milliseconds timeout) {
  // What the room has taken is what it is opened with again after a crash.
  if (method == "set-settings")
    on_reply = [weak = weak_from_this(), wanted = params,
                told = std::move(on_reply)](const messages::Reply& reply) {
      if (const auto self = weak.lock(); self && reply.ok)
        for (const auto& [key, value] : wanted.members()) self->changed_settings_.set(key, value);
      told(reply);
    };
  if (process_)
    return process_->link().request(std::move(method), std::move(params), std::move(on_reply), timeout);
  loop_.post([on_reply = std::move(on_reply)] { on_reply(gone()); });
}

void LiveRoom::join(Json params, RoomLink::OnReply on_reply) {
  ++joins_under_way_;
  request("join", std::move(params),
          [self = shared_from_this(), on_reply = std::move(on_reply)](const auto& reply) {
            --self->joins_under_way_;
            if (reply.ok) self->empty_ = false;
            on_reply(reply.ok && !self->is_open() ? gone() : reply);
            self->close_if_unused();
          });
}

void LiveRoom::attach(const std::string& participant, std::weak_ptr<RoomClient> client) {
  auto& slot = clients_[participant];
  const auto before = slot.lock();
  slot = client;
  if (before && before != client.lock()) before->on_replaced();
}

void LiveRoom::detach(const std::string& participant, const RoomClient* client) {
  const auto found = clients_.find(participant);
  if (found == clients_.end()) return;
  const auto attached = found->second.lock();
  if (!attached || attached.get() == client) clients_.erase(found);
}

std::vector<std::shared_ptr<RoomClient>> LiveRoom::clients() const {
  std::vector<std::shared_ptr<RoomClient>> alive;
  for (const auto& [participant, client] : clients_)
    if (auto locked = client.lock()) alive.push_back(std::move(locked));
  return alive;
}

void LiveRoom::broadcast(const messages::Event& event) {
  tell_clients(event);
  // Data channels end in the room's process.
  if (is_open())
    request("tell", Json::object({{"event", event.name}, {"data", event.data}}),
            [](const messages::Reply&) {});
}

void LiveRoom::tell_clients(const messages::Event& event) {
  const RoomEvent told(event);
  for (const auto& client : clients()) client->on_room_event(told);
}

void LiveRoom::on_event(const messages::Event& event) {
  const auto self = shared_from_this();
  if (event.name == "empty") {
    empty_ = true;
    return close_if_unused();
  }
  if (event.name == "ending") return close(event.data["reason"].as_string("room-closed"));
  if (event.name == "layout") {
    const std::string layout = event.data["name"].as_string();
    const bool chosen = event.data["choice"].as_string() == "operator" && is_id(layout);
    changed_settings_.set("operatorLayout", chosen ? Json(layout) : Json());
  }
  if (listener_.on_event) listener_.on_event(*this, event);
  if (event.to.empty()) return tell_clients(event);
  const auto found = clients_.find(event.to);
  if (found == clients_.end()) return;
  if (const auto client = found->second.lock()) client->on_room_event(RoomEvent(event));
}

// "Empty" was true when the room said it: somebody may be on the way in.
void LiveRoom::close_if_unused() {
  if (empty_ && joins_under_way_ == 0 && state_ == State::open) close("room-closed");
}

void LiveRoom::close(const std::string& reason) {
  if (state_ == State::closing || state_ == State::ended) return;
  const auto self = shared_from_this();
  const bool was_open = state_ == State::open;
  state_ = State::closing;
  close_reason_ = reason;
  if (listener_.on_closing) listener_.on_closing(*this, reason);
  tell_waiters(error("room-gone", "the room is closing"));
  if (!was_open) return end(reason);
  log::info("room {} closes: {}", name_, reason);
  request(
      "close", Json::object({{"reason", reason}}), [](const messages::Reply&) {}, timeouts_.close);
  deadline_ = loop_.after(timeouts_.close, [this] {
    log::error("room {} did not close in time; its process {} is killed", name_, pid());
    process_->kill();
    end(close_reason_);
  });
}

// The last thing that a process writes is its black box, before its end of the link closes.
void LiveRoom::tell_culprit() {
  const auto death = process_->death();
  if (!death) return;
  log::error("room {}: process {} died of signal {} while it read bytes of {}{}", name_, pid(), death->signal,
             death->owner.empty() ? "nobody in particular" : "participant " + death->owner,
             death->place.empty() ? "" : " (" + death->place + ")");
  if (!death->owner.empty() && listener_.on_culprit) listener_.on_culprit(*this, death->owner);
}

void LiveRoom::end(const std::string& reason) {
  if (state_ == State::ended) return;
  const auto self = shared_from_this();
  if (state_ == State::open || state_ == State::opening) {
    state_ = State::closing;
    if (listener_.on_closing) listener_.on_closing(*this, reason);
  }
  state_ = State::ended;
  deadline_.reset();
  const auto told = clients();
  clients_.clear();
  for (const auto& client : told) client->on_room_ended(reason);
  if (listener_.on_ended) listener_.on_ended(*this, reason);
  // Posted: this may run inside a callback of the process's link.
  loop_.post([process = std::make_shared<std::unique_ptr<SpawnedRoom>>(std::move(process_))] {
    SpawnedRoom::retire(std::move(*process));
  });
}

}  // namespace tessera::server
