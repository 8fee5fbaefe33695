// Lines between a room's process and the front, in pieces as a socket gives them: what is read is written
// the same.
#include "fuzz.hpp"
#include "messages/line_buffer.hpp"
#include "messages/messages.hpp"

namespace {

using namespace tessera::fuzz;
namespace messages = tessera::messages;

void check_from_room(std::string_view line) {
  const auto decoded = messages::decode_from_room(line);
  if (!decoded) return;
  const std::string text =
      std::visit([](const auto& message) { return messages::encode(message); }, *decoded);
  expect(is_one_line(std::string_view(text).substr(0, text.size() - 1)), "a message is one line");
  const auto again = messages::decode_from_room(text);
  expect(again.ok(), "what was written can be read: {}", text);
  expect(again->index() == decoded->index(), "an event stays an event, a reply a reply: {}", text);
  if (const auto* event = std::get_if<messages::Event>(&*decoded)) {
    expect(event->data.is_object(), "what an event says is an object");
    const auto& other = std::get<messages::Event>(*again);
    expect(other.name == event->name && other.to == event->to && other.data == event->data,
           "an event reads as it was written: {}", text);
  } else {
    const auto &reply = std::get<messages::Reply>(*decoded), &other = std::get<messages::Reply>(*again);
    expect(!reply.ok || reply.result.is_object(), "a result is an object");
    expect(other.id == reply.id && other.ok == reply.ok && other.code == reply.code &&
               other.detail == reply.detail && other.status == reply.status &&
               (!reply.ok || other.result == reply.result),
           "a reply reads as it was written: {}", text);
  }
}

void check_from_front(std::string_view line) {
  const auto request = messages::decode_from_front(line);
  if (!request) {
    (void)messages::id_of(line);
    return;
  }
  expect(request->params.is_object(), "parameters are an object");
  const std::string text = messages::encode(*request);
  const auto again = messages::decode_from_front(text);
  expect(again.ok() && again->id == request->id && again->method == request->method &&
             again->params == request->params,
         "a request reads as it was written: {}", text);
  expect(messages::id_of(text) == request->id, "the id can be told from the line alone: {}", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::size_t longest = 8 * 1024;
  Input input(bytes, size);
  const std::size_t piece = input.byte() + std::size_t{1};
  std::string_view rest = input.text();
  messages::LineBuffer buffer(longest);
  bool good = true;
  while (good && !rest.empty()) {
    good = buffer.feed(rest.substr(0, piece), [](std::string_view line) {
      expect(!line.empty() && line.size() <= longest, "a line is neither empty nor too long");
      expect(line.find('\n') == line.npos, "a line is one");
      check_from_room(line);
      check_from_front(line);
      return true;
    });
    rest.remove_prefix(std::min(piece, rest.size()));
    expect(buffer.pending() <= longest, "what waits for its end is bounded");
  }
  return 0;
}
