#include "front_fixture.hpp"

#include <unistd.h>

namespace tessera::server::test {
namespace {

void add_header(const char* name, const char* value, gpointer data) {
  char* lower = g_ascii_strdown(name, -1);
  std::string& known = (*static_cast<std::map<std::string, std::string>*>(data))[lower];
  known += (known.empty() ? "" : ", ") + std::string(value);
  g_free(lower);
}

}  // namespace

void FrontTest::start(config::ServerConfig config, const std::string& room_mode,
                      const std::string& finisher) {
  folder_ = testing::TempDir() + "tessera-front-" + std::to_string(getpid()) + "-" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::remove_all(folder_);
  config.listen.port = 0;
  config.recording.directory = folder_;
  config.limits.spare_rooms = 0;
  FrontSpec spec;
  spec.config = std::move(config);
  spec.room_command = fake_room_command(room_mode);
  spec.socket_limits = limits_;
  spec.audit = [this](std::string_view line) { audit_.emplace_back(line); };
  spec.finish_command = fake_finisher_command(finisher);
  spec.timeouts = {std::chrono::seconds(5), std::chrono::seconds(5), std::chrono::seconds(2)};
  auto made = Front::create(loop_, std::move(spec));
  ASSERT_TRUE(made) << made.error().message;
  front_ = std::move(*made);
  session_ = soup_session_new();
}

void FrontTest::TearDown() {
  front_.reset();
  g_clear_object(&session_);
  std::filesystem::remove_all(folder_);
}

Answer FrontTest::call(const std::string& method, const std::string& path, const std::string& body,
                       const Headers& headers) {
  SoupMessage* message = soup_message_new(method.c_str(), (front_->url() + path).c_str());
  for (const auto& [name, value] : headers)
    if (name != "content-type")
      soup_message_headers_append(soup_message_get_request_headers(message), name.c_str(), value.c_str());
  if (!body.empty()) {
    GBytes* bytes = g_bytes_new(body.data(), body.size());
    const auto type = headers.find("content-type");
    soup_message_set_request_body_from_bytes(
        message, type == headers.end() ? "application/json" : type->second.c_str(), bytes);
    g_bytes_unref(bytes);
  }
  std::optional<Answer> answer;
  struct Call {
    std::optional<Answer>* answer;
    SoupMessage* message;
  } call{&answer, message};
  soup_session_send_and_read_async(
      session_, message, G_PRIORITY_DEFAULT, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        auto& state = *static_cast<Call*>(data);
        Answer got;
        GError* failure = nullptr;
        GBytes* bytes = soup_session_send_and_read_finish(SOUP_SESSION(source), result, &failure);
        g_clear_error(&failure);
        got.status = static_cast<int>(soup_message_get_status(state.message));
        soup_message_headers_foreach(soup_message_get_response_headers(state.message), add_header,
                                     &got.headers);
        if (bytes) {
          gsize size = 0;
          const char* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
          got.body.assign(text ? text : "", size);
          g_bytes_unref(bytes);
        }
        *state.answer = std::move(got);
      },
      &call);
  EXPECT_TRUE(wait([&] { return answer.has_value(); })) << method << " " << path;
  g_object_unref(message);
  return answer.value_or(Answer{});
}

Answer FrontTest::whip(const std::string& path, const std::string& body, const Headers& more) {
  Headers headers = {{"content-type", "application/sdp"}};
  for (const auto& [name, value] : more) headers[name] = value;
  return call("POST", path, body, headers);
}

std::unique_ptr<FrontTest::Socket> FrontTest::connect(const std::string& origin) {
  SoupMessage* message = soup_message_new("GET", ("ws" + front_->url().substr(4) + "/ws").c_str());
  struct Handshake {
    bool done = false;
    SoupWebsocketConnection* connection = nullptr;
  } handshake;
  soup_session_websocket_connect_async(
      session_, message, origin.empty() ? nullptr : origin.c_str(), nullptr, G_PRIORITY_DEFAULT, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        auto& state = *static_cast<Handshake*>(data);
        GError* failure = nullptr;
        state.connection = soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &failure);
        g_clear_error(&failure);
        state.done = true;
      },
      &handshake);
  EXPECT_TRUE(wait([&] { return handshake.done; }));
  g_object_unref(message);
  return handshake.connection ? std::make_unique<Socket>(*this, handshake.connection) : nullptr;
}

FrontTest::Socket::Socket(FrontTest& test, SoupWebsocketConnection* connection)
    : test_(test), connection_(connection) {
  g_signal_connect(connection_, "message",
                   G_CALLBACK(+[](SoupWebsocketConnection*, gint, GBytes* bytes, gpointer data) {
                     gsize size = 0;
                     const char* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
                     auto json = Json::parse(std::string_view(text, size));
                     static_cast<Socket*>(data)->heard.push_back(json ? *json : Json());
                   }),
                   this);
  g_signal_connect(connection_, "closed", G_CALLBACK(+[](SoupWebsocketConnection*, gpointer data) {
                     static_cast<Socket*>(data)->closed_ = true;
                   }),
                   this);
}

FrontTest::Socket::~Socket() {
  g_signal_handlers_disconnect_by_data(connection_, this);
  g_object_unref(connection_);
}

Json FrontTest::Socket::request(const std::string& type, Json fields) {
  const int id = next_id_++;
  fields.set("type", type).set("id", id);
  send(fields.dump());
  Json reply;
  test_.wait([&] {
    for (const auto& message : heard)
      if (message["id"].is_integer() && message["id"].as_int() == id) reply = message;
    return !reply.is_null() || closed_;
  });
  return reply;
}

Json FrontTest::Socket::event(const std::string& type) {
  Json found;
  test_.wait([&] {
    for (const auto& message : heard)
      if (found.is_null() && message["type"].as_string() == type) found = message;
    return !found.is_null();
  });
  return found;
}

bool FrontTest::Socket::wait_closed() {
  return test_.wait([&] { return closed_; });
}

}  // namespace tessera::server::test
