#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/timeline.hpp"

namespace tessera::recording {

/// Gets the next piece of a text; an error ends the writing.
using TextSink = std::function<Result<void>(std::string_view)>;

/// Writes {parts: [{n, startMs, durationMs}], events: [{at, part, ms, position, type, …}]} from the lines of
/// an open timeline.jsonl, piece by piece: a timeline of any length costs little memory. `types`: the types
/// of events to give, separated by commas; "" for all. Events are in recorded order, as long as no line
/// stands more than 4,096 lines away from its place. Errors: "cannot-read", and those of `out`.
Result<void> write_timeline_document(int lines, const Json& manifest, std::string_view types,
                                     const TextSink& out);

}  // namespace tessera::recording
