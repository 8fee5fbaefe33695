// An ICE candidate: what is read and written afresh reads the same, and stays one line of an SDP.
// options: -max_len=2048
#include "fuzz.hpp"
#include "webrtc/candidate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  using namespace tessera::webrtc;
  const auto candidate = parse_candidate(text_of(bytes, size));
  if (!candidate) {
    expect(candidate.error().code == "bad-request", "a refusal is bad-request");
    return 0;
  }
  if (!usable(*candidate)) return 0;
  expect(candidate->component == 1 && candidate->port > 0 && candidate->port <= 65535,
         "a usable candidate has component 1 and a port");
  expect(within({.loopback = true, .link_local = true}, *candidate), "a peer may be told to be anywhere");
  expect(within({}, *candidate) == (nearness_of(candidate->address) == Nearness::ordinary),
         "near is not far");
  const std::string line = to_line(*candidate);
  expect(is_one_line(line) && line.size() < 512, "a candidate is one short line: {}", line);
  const auto again = parse_candidate(line);
  expect(again.ok() && usable(*again), "what was written can be used: {}", line);
  expect(to_line(*again) == line, "writing twice gives the same line: {}", line);
  expect(again->address == candidate->address && again->port == candidate->port &&
             again->priority == candidate->priority && again->type == candidate->type,
         "what was written reads the same: {}", line);
  return 0;
}
