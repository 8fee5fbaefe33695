// RTCP as it comes from a peer, decrypted: the loss that it reports. GStreamer keeps what it made at its
// start.
// options: -max_len=2048 -detect_leaks=0
#include "fuzz.hpp"
#include "webrtc/report_blocks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  static const bool started = gst_init_check(nullptr, nullptr, nullptr);
  expect(started, "GStreamer starts");
  const auto buffer = tessera::gst::adopt(size > 0 ? gst_buffer_new_memdup(bytes, size) : gst_buffer_new());
  for (const std::uint32_t ssrc : {0u, 1u, 0x01020304u}) {
    const auto loss = tessera::webrtc::reported_loss(buffer.get(), ssrc);
    expect(!loss || (*loss >= 0 && *loss < 1), "a loss is a fraction");
  }
  return 0;
}
