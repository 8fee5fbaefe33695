#pragma once
// The data channels of one peer. They are accepted, since clients such as simple-peer end when they are not,
// and nobody reads what comes. One labelled "tessera" carries the room's events to the peer.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gst/signal.hpp"
#include "webrtc/association_id.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

inline constexpr std::size_t most_data_channels = 16;

/// Owned by the endpoint. Destroyed after the pipeline, on whatever thread that is.
class DataChannels {
 public:
  struct Handlers {
    /// Streaming thread: the certificate is not the announced one.
    std::function<void()> on_refused;
    /// Streaming thread, once: the peer sends more than DataBudget allows.
    std::function<void()> on_flood;
    /// One of webrtcbin's threads: a channel was opened; take it on the control thread.
    std::function<void(gst::Ptr<GObject>)> on_channel;
  };

  /// Before webrtcbin negotiates. `owner`: whose bytes arrive, for the black box.
  DataChannels(GstElement* webrtcbin, std::shared_ptr<Link> link, std::string owner, Handlers handlers);
  /// Nobody hears of anything any more.
  void forget();

  // On the control thread.
  /// False when there are too many.
  bool add(gst::Ptr<GObject> channel);
  [[nodiscard]] bool takes_events() const { return events_ != nullptr; }
  /// To the channel for events, if there is one, it is open, and its peer reads: an event that would wait is
  /// left out.
  void send_event(const std::string& text);

 private:
  AssociationId id_;
  gst::Signal element_added_, channel_added_;
  std::vector<gst::Ptr<GObject>> channels_;
  gst::Ptr<GObject> events_;  ///< of channels_, the one for events
};

}  // namespace tessera::webrtc
