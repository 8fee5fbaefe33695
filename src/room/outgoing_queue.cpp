#include "room/outgoing_queue.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tessera::room {
namespace {

// What the event says the present state of, when it says all of it; "" when each such event counts.
std::string subject_of(const messages::Event& event) {
  constexpr std::array<std::string_view, 5> of_the_room = {"speakers", "levels", "layout", "layouts",
                                                           "chimes"};
  if (std::find(of_the_room.begin(), of_the_room.end(), event.name) != of_the_room.end())
    return event.name + "\n" + event.to;
  if (event.name == "participant-updated") return event.name + "\n" + event.data["id"].as_string();
  if (event.name == "source-hint" || event.name == "quality")
    return event.name + "\n" + event.to + "\n" + event.data["endpoint"].as_string();
  return "";
}

bool may_be_left_out(const messages::Event& event) {
  return event.name == "chat" || event.name == "notice";
}

}  // namespace

void OutgoingQueue::push(const messages::Event& event) {
  if (may_be_left_out(event) && bytes_ > limits_.shed) {
    ++shed_;
    return;
  }
  append(subject_of(event), messages::encode(event));
}

void OutgoingQueue::append(std::string subject, std::string text) {
  bytes_ += text.size();
  const bool replaces = !subject.empty();
  if (const auto before = latest_.find(subject); replaces && before != latest_.end()) {
    // Its place is given up as well: events between the two may be about the same.
    bytes_ -= before->second->text.size();
    lines_.erase(before->second);
    latest_.erase(before);
  }
  lines_.push_back({subject, std::move(text)});
  if (replaces) latest_[std::move(subject)] = std::prev(lines_.end());
}

std::string OutgoingQueue::take(std::size_t about) {
  std::string taken;
  while (!lines_.empty() && (taken.empty() || taken.size() + lines_.front().text.size() <= about)) {
    Line& next = lines_.front();
    bytes_ -= next.text.size();
    if (taken.empty())
      taken = std::move(next.text);
    else
      taken += next.text;
    if (!next.subject.empty()) latest_.erase(next.subject);
    lines_.pop_front();
  }
  if (shed_ > 0 && bytes_ <= limits_.shed / 2) tell_of_shed();
  return taken;
}

void OutgoingQueue::tell_of_shed() {
  const std::string text = fmt::format("The server was busy: {} {} not delivered.", shed_,
                                       shed_ == 1 ? "message was" : "messages were");
  shed_ = 0;
  append("", messages::encode(
                 messages::Event{"notice", "", Json::object({{"code", "messages-lost"}, {"text", text}})}));
}

}  // namespace tessera::room
