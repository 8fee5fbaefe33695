// A WebSocket message: what passes the checks is small, has the fields of its type, and reaches the room as
// it was meant.
// without: config/server_config.cpp
#include "fuzz.hpp"
#include "messages/messages.hpp"
#include "recording/options.hpp"
#include "server/client_message.hpp"
#include "server/names.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::server;
using tessera::Json;

// The front adds who speaks and sends it on.
void check_call(const RoomCall& call, const ClientMessage& message) {
  expect(call.params.is_object(), "the parameters of {} are an object", call.method);
  expect(message.type == "control" || !call.params.has("participant"), "a client does not say who it is");
  const std::string line = tessera::messages::encode(tessera::messages::Request{7, call.method, call.params});
  expect(!line.empty() && line.find('\n') == line.size() - 1, "a request is one line");
  const auto request = tessera::messages::decode_from_front(line);
  expect(request.ok(), "the room reads what the front wrote: {}", reason_of(request));
  expect(request->id == 7 && request->method == call.method && request->params == call.params,
         "the room reads the same as the front wrote");
}

void check_control(const ClientMessage& message) {
  const auto control = control_call_of(message);
  if (!control) return;
  expect(least_role_for(control->action).has_value(), "an action that can be asked for has a role");
  if (control->action == "start-recording") {
    const auto options = tessera::recording::RecordingOptions::from_json(control->call.params, {});
    if (!options) {
      expect(options.error().code == "bad-request", "a refusal of recording options is bad-request");
      return;
    }
    const auto again = tessera::recording::RecordingOptions::from_json(options->to_json(), {});
    expect(again.ok() && again->to_json() == options->to_json(),
           "recording options read as they were written");
    return;
  }
  if (!control->call.method.empty()) check_call(control->call, message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Json id, id_before;
  const auto text = text_of(bytes, size);
  const auto message = parse_client_message(text, &id);
  if (const auto before = parse_client_message(text, &id_before, false)) {
    expect(text.size() <= max_message_before_join, "a message before joining is small");
    expect(message.ok() && message->fields == before->fields, "joining takes nothing away");
  }
  expect(id.is_null() || id.is_integer() || (id.is_string() && id.as_string().size() <= 64),
         "an id is short");
  if (!message) {
    const auto& failure = message.error();
    expect(failure.message.size() < 1000, "a refusal is short");
    return 0;
  }
  expect(message->id == id, "the id is that of the message");
  const Json& fields = message->fields;
  if (message->type == "join") {
    expect(is_room_name(fields["room"].as_string()), "a room's name is one");
    expect(is_display_name(fields["name"].as_string()), "a name can be shown");
  }
  if (message->type == "control") check_control(*message);
  if (const auto call = room_call_of(*message)) {
    check_call(*call, *message);
    expect(call->params.members().size() <= 5, "only known fields reach the room");
  }
  return 0;
}
