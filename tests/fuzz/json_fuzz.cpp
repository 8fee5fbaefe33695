// JSON text: what is read is printed as JSON that reads the same.
#include "base/json.hpp"
#include "fuzz.hpp"

using tessera::Json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  const auto parsed = Json::parse(text_of(bytes, size));
  if (!parsed) {
    expect(parsed.error().code == "bad-json", "a refusal is bad-json");
    return 0;
  }
  for (const bool pretty : {false, true}) {
    const std::string text = parsed->dump(pretty);
    const auto again = Json::parse(text);
    expect(again.ok(), "what was printed is JSON: {}", text);
    expect(*again == *parsed, "what was printed reads the same: {}", text);
    expect(again->dump(pretty) == text, "printing twice gives the same text");
    expect(pretty || is_one_line(text), "a value is printed on one line");
  }
  return 0;
}
