#include "server/pending_seats.hpp"

#include <functional>

namespace tessera::server {
namespace {

using Count = std::map<std::string, int, std::less<>>;

int at(const Count& count, std::string_view key) {
  const auto found = count.find(key);
  return found == count.end() ? 0 : found->second;
}

void give_back(Count& count, const std::string& key) {
  const auto found = count.find(key);
  if (found != count.end() && --found->second <= 0) count.erase(found);
}

// A newline stands in no address.
std::string bearer_of(const PendingSeats::Asker& asker) {
  return asker.address + "\n" + asker.credential;
}

}  // namespace

PendingSeats::Place::Place(std::shared_ptr<Counts> counts, Asker asker)
    : counts_(std::move(counts)), asker_(std::move(asker)) {
  ++counts_->by_credential[bearer_of(asker_)];
  ++counts_->by_address[asker_.address];
  ++counts_->by_room[asker_.room];
}

PendingSeats::Place::~Place() {
  give_back(counts_->by_credential, bearer_of(asker_));
  give_back(counts_->by_address, asker_.address);
  give_back(counts_->by_room, asker_.room);
}

Result<std::shared_ptr<PendingSeats::Place>> PendingSeats::take(Asker asker) {
  const auto refuse = [](std::string_view whose, int limit) {
    return error(
        "too-many-pending",
        "{} offers {} wait for their connection, which is the limit; come back when some are connected",
        limit, whose);
  };
  if (!asker.credential.empty() && at(counts_->by_credential, bearer_of(asker)) >= limits_.per_subject)
    return refuse("with your token", limits_.per_subject);
  if (!asker.operates) {
    if (!asker.address.empty() && at(counts_->by_address, asker.address) >= limits_.per_address)
      return refuse("from your address", limits_.per_address);
    if (at(counts_->by_room, asker.room) >= limits_.per_room) return refuse("of this room", limits_.per_room);
  }
  return std::make_shared<Place>(counts_, std::move(asker));
}

int PendingSeats::in_room(std::string_view room) const {
  return at(counts_->by_room, room);
}

std::string credential_of(const Identity& identity, std::string_view token, bool open) {
  if (open) return {};
  if (!identity.subject.empty()) return "subject " + identity.subject;
  return "token " + std::to_string(std::hash<std::string_view>()(token));
}

}  // namespace tessera::server
