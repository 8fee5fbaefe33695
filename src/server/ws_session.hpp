#pragma once
// One WebSocket client: its requests in, replies and events out.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "server/client_message.hpp"
#include "server/front_deps.hpp"
#include "server/live_room.hpp"
#include "server/problem.hpp"
#include "server/rate_limit.hpp"
#include "server/socket_limits.hpp"

namespace tessera::server {

/// The socket as the session needs it: libsoup's, or a test's.
class TextSocket {
 public:
  virtual ~TextSocket() = default;
  virtual void send(const std::string& text) = 0;
  /// 1000 normal, 1001 going away, 1008 policy (RFC 6455 section 7.4.1).
  virtual void close(int code, const std::string& reason) = 0;
  /// The largest message that may come from now on; it begins with max_message_before_join.
  virtual void allow_messages_of(std::size_t bytes) = 0;
};

/// waiting for `join` → joining → joined → (left: waiting again) → closed. Owned by WsSessions while its
/// socket is open; on the control thread.
class WsSession : public RoomClient, public std::enable_shared_from_this<WsSession> {
 public:
  using Limits = SocketLimits;

  /// What the request that opened the socket said.
  struct Opening {
    std::string token;   ///< of its Authorization header; "" without one
    std::string client;  ///< the IP address (HttpRequest::client)
  };

  WsSession(const FrontDeps& deps, std::shared_ptr<TextSocket> socket, Opening opening, Limits limits);
  ~WsSession() override;
  /// Call once, when the session is in a shared_ptr.
  void start();

  // From the socket.
  void on_text(std::string_view text);
  void on_binary();
  /// `left`: the client has said that it goes away for good (close code 1001): nobody comes back to the seat.
  void on_closed(bool left = false);
  /// The connection broke a rule: it is told, and closed.
  void refuse(const Problem& problem, int close_code);

  // From the room.
  void on_room_event(const RoomEvent& event) override;
  void on_room_ended(const std::string& reason) override;
  void on_replaced() override;

  /// Ends the session from the server's side.
  void close(int code, const std::string& reason);
  /// The client's IP address.
  [[nodiscard]] const std::string& client() const { return opening_.client; }
  [[nodiscard]] bool joined() const { return state_ == State::joined; }

 private:
  enum class State { waiting, joining, joined, closed };

  void on_message(const ClientMessage& message);
  bool too_often(const std::string& type);
  /// Closes the connection when it asks too much, and returns true.
  bool floods(std::string_view text);
  void join(const ClientMessage& message);
  void on_room_open(const Result<void>& opened, Json params, const Json& id);
  void on_joined(const messages::Reply& reply, const Json& id, bool seat_only);
  void leave(const Json& id);
  /// The room let us in when nobody waited for it any more.
  void give_back(const std::shared_ptr<LiveRoom>& room, const Json& joined);
  /// {participant, connection}: what a seat is given up with.
  [[nodiscard]] Json seat() const;
  void control(const ClientMessage& message);
  /// Its offer counts until the endpoint is connected; false after having refused it.
  bool expect_connection(const ClientMessage& offer);
  void forward(std::string method, Json params, const Json& id);
  void bye(const std::string& reason);
  void expect_join();
  void forget_room();
  /// Answers request `id` with what the room said.
  RoomLink::OnReply answer(const Json& id);
  [[nodiscard]] Actor actor() const;

  void send(const Json& message) { send_text(message.dump()); }
  void send_text(const std::string& text);
  void send_reply(const Json& id, const Json& fields);
  void send_error(const Json& id, const Problem& problem);

  const FrontDeps deps_;
  std::shared_ptr<TextSocket> socket_;
  Opening opening_;
  Limits limits_;
  RateLimit rate_;
  RateLimit parsing_;
  std::map<std::string_view, RateLimit> rates_;  ///< of each type of message that has one
  int before_join_ = 0;                          ///< messages since the seat was free
  State state_ = State::waiting;
  std::shared_ptr<LiveRoom> room_;
  std::string participant_;
  std::int64_t connection_ = 0;  ///< the room's number for our hold on the seat
  Role role_ = Role::viewer;
  Person who_;                   ///< whoever asks for a seat or has it
  Role allowed_ = Role::viewer;  ///< the highest role that their token gives
  PendingSeats::Asker asker_;
  std::map<std::string, std::shared_ptr<PendingSeats::Place>>
      pending_;          ///< endpoints that are not connected yet
  std::string subject_;  ///< of the token that we came with
  bool wants_levels_ = false;
  SourceGuard join_deadline_;
};

}  // namespace tessera::server
