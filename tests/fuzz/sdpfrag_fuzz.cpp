// A WHIP client's PATCH: candidates stay single lines and in bounds, and every candidate can be given to the
// reader.
#include "fuzz.hpp"
#include "server/sdpfrag.hpp"
#include "webrtc/candidate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  using namespace tessera::server;
  const auto text = text_of(bytes, size);
  // Both also read whole offers and answers.
  expect(is_one_line(ice_ufrag_of(text)) || text.find_first_of(std::string_view("\r\0", 2)) != text.npos,
         "a user fragment is a part of one line");
  expect(media_mids_of(text).size() <= text.size() / 2, "there are as many mids as m-lines");

  const auto fragment = parse_sdpfrag(text);
  if (!fragment) {
    expect(fragment.error().code == "bad-sdpfrag", "a refusal is bad-sdpfrag");
    return 0;
  }
  expect(!fragment->candidates.empty() || !fragment->ufrag.empty(), "a fragment says something");
  expect(is_one_line(fragment->ufrag) && is_one_line(fragment->password), "credentials stay on their lines");
  expect(fragment->candidates.size() <= max_fragment_candidates, "a fragment has at most 200 candidates");
  for (const auto& one : fragment->candidates) {
    expect(is_one_line(one.candidate) && one.candidate.size() <= 512, "a candidate is one short line");
    expect(is_one_line(one.mid) && one.mid.size() <= 64, "a mid is short");
    expect(!one.media_index || *one.media_index >= 0, "media are counted from 0");
    if (!one.candidate.empty()) (void)tessera::webrtc::parse_candidate(one.candidate);
  }
  return 0;
}
