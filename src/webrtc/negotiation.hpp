#pragma once
// set-remote-description → create-answer → set-local-description, once.

#include <functional>
#include <memory>

#include "base/loop.hpp"
#include "webrtc/answer.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/promise.hpp"

namespace tessera::webrtc {

/// Lives on the control thread, owned by the endpoint. Destroyed after webrtcbin is NULL.
class Negotiation {
 public:
  using Done = std::function<void(Result<LocalParameters>)>;

  Negotiation(Loop& loop, GstElement* webrtcbin, const AnswerPlan& plan, Done done)
      : loop_(loop), webrtcbin_(webrtcbin), plan_(plan), done_(std::move(done)) {}

  void start();
  void forget() { reply_.forget(); }  ///< no step follows the one under way
  void wait() { reply_.wait(); }      ///< until that one is done; blocks

 private:
  void create_answer();
  void set_local(const std::string& answer);
  void finish(Result<LocalParameters> result);
  void set_description(const char* signal, GstWebRTCSDPType type, const std::string& text,
                       std::function<void()> next);
  GstPromise* then(std::function<void(PromiseReply)> step);

  Loop& loop_;
  GstElement* const webrtcbin_;  // the endpoint's; it outlives this
  const AnswerPlan& plan_;
  Done done_;
  PendingReply reply_;
};

/// Creates the transceivers of m-lines that we only receive (those that we send on come with their pads).
void add_receive_transceivers(GstElement* webrtcbin, const AnswerPlan& plan);

}  // namespace tessera::webrtc
