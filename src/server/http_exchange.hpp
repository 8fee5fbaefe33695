#pragma once
// One request and its answer on a libsoup message.

#include <memory>

#include "server/client_address.hpp"
#include "server/http.hpp"

typedef struct _SoupServerMessage SoupServerMessage;

namespace tessera::server {

/// Who sent it (HttpRequest::client).
std::string client_of(SoupServerMessage* message, const TrustedProxies& proxies);
/// Reads the message into plain values.
HttpRequest read_request(SoupServerMessage* message, bool body_too_large, const TrustedProxies& proxies);

/// Answers one message, now or later, once. When nobody does, it answers 500 by itself as it goes, so that no
/// client waits for ever. On the control thread.
class HttpAnswer {
 public:
  explicit HttpAnswer(SoupServerMessage* message);
  ~HttpAnswer();
  HttpAnswer(const HttpAnswer&) = delete;
  HttpAnswer& operator=(const HttpAnswer&) = delete;

  void send(HttpResponse response);
  /// To be called when the handler has returned: from now on the message waits for send().
  void wait();
  /// The message will be answered by somebody else.
  void abandon() { sent_ = true; }

 private:
  SoupServerMessage* message_;
  unsigned long finished_ = 0;
  bool sent_ = false;
  bool waiting_ = false;
  bool gone_ = false;
};

/// Writes the response into the message without resuming it.
void fill_response(SoupServerMessage* message, HttpResponse response);

}  // namespace tessera::server
