#pragma once
#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "recording/files.hpp"
#include "server/connection_table.hpp"
#include "server/gio_ptr.hpp"
#include "server/stall_watch.hpp"

typedef struct _SoupServerMessage SoupServerMessage;

namespace tessera::server {

/// One connection of a client, from accept(2) to its end: it waits for the first byte, makes the TLS
/// handshake and is then served by libsoup (or is a WebSocket). Owned by HttpConnections, on the control
/// thread.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  struct Handlers {
    /// The stream can be served. Once.
    std::function<void(HttpConnection&, GIOStream*)> on_stream;
    /// It has ended. Once; may destroy the connection.
    std::function<void(HttpConnection&)> on_gone;
    /// Whether it may be closed in favour of another has changed.
    std::function<void(HttpConnection&, bool sheddable)> on_sheddable;
  };

  HttpConnection(ConnectionTable::Id id, GioPtr<GSocket> socket, GioPtr<GSocketAddress> peer,
                 Handlers handlers);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// Waits for the first byte. `certificate`: null without TLS.
  void start(Loop& loop, GTlsCertificate* certificate);

  [[nodiscard]] ConnectionTable::Id id() const { return id_; }
  [[nodiscard]] GSocketAddress* peer() const { return peer_.get(); }
  [[nodiscard]] GSocketAddress* local() const { return local_.get(); }
  /// The socket's, or -1 when it is closed already.
  [[nodiscard]] int descriptor() const;
  /// libsoup has it, or a WebSocket.
  [[nodiscard]] bool served() const { return served_; }
  /// Breaks it off: what it waits for fails. True: its descriptor is free at once.
  bool shut();
  /// No more data is read from the client; what is being written still is.
  void stop_reading();
  /// At the end of an answer, before libsoup closes the stream: with TLS that would write a last record, and
  /// wait for ever where the client reads nothing. So such a connection is broken off.
  void before_close();

  /// A WebSocket has it now: deadlines are the session's.
  void upgraded();
  /// Its client has proved who it is: it is not closed in favour of others.
  void protect();
  /// Whether its client takes too little of an answer; asked now and then.
  bool stalled(StallWatch::Clock::time_point now, StallWatch::Clock::duration limit);

 private:
  void on_readable(GTlsCertificate* certificate);
  void shake_hands(GTlsCertificate* certificate, GIOStream* base);
  void serve(GIOStream* stream);
  void gone();

  const ConnectionTable::Id id_;
  GioPtr<GSocket> socket_;
  GioPtr<GSocketAddress> peer_;
  GioPtr<GSocketAddress> local_;
  Handlers handlers_;
  SourceGuard readable_;
  bool waiting_ = true;  ///< for the first byte: nobody else has the socket
  bool served_ = false;
  bool upgraded_ = false;
  bool secure_ = false;
  bool gone_ = false;
  StallWatch progress_;
};

/// The connection that carries a message; null when it is gone.
std::shared_ptr<HttpConnection> connection_of(SoupServerMessage* message);

}  // namespace tessera::server
