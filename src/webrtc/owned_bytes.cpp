#include "webrtc/owned_bytes.hpp"

#include "base/black_box.hpp"

namespace tessera::webrtc {
namespace {

constexpr const char* place = "depayloader or decoder";

// Lives as long as the pad.
struct Owned {
  std::string owner;
  GstPadChainFunction chain;
  GstPadChainListFunction chain_list;
};

GstFlowReturn chain(GstPad* pad, GstObject* parent, GstBuffer* buffer) {
  const auto& owned = *static_cast<const Owned*>(pad->chaindata);
  const ReadingBytesOf mark(owned.owner.c_str(), place);
  return owned.chain(pad, parent, buffer);
}

GstFlowReturn chain_list(GstPad* pad, GstObject* parent, GstBufferList* list) {
  const auto& owned = *static_cast<const Owned*>(pad->chaindata);
  const ReadingBytesOf mark(owned.owner.c_str(), place);
  return owned.chain_list(pad, parent, list);
}

}  // namespace

void mark_bytes_of(GstPad* sink, const std::string& owner) {
  auto* owned = new Owned{owner, GST_PAD_CHAINFUNC(sink), GST_PAD_CHAINLISTFUNC(sink)};
  gst_pad_set_chain_function_full(sink, chain, owned,
                                  [](gpointer data) { delete static_cast<Owned*>(data); });
  if (owned->chain_list) gst_pad_set_chain_list_function(sink, chain_list);
}

}  // namespace tessera::webrtc
