#include "market/states.hpp"

#include <utility>

#include "base/format.hpp"
#include "store/document.hpp"

namespace vv::market {
namespace {

template <class Status>
Error conflict_at(std::string message, Status present) {
  Error error = conflict(std::move(message));
  error.extra =
      format("\"status\":\"{}\"", std::get<std::string>(store::Field<Status>::to(present)));
  return error;
}

}  // namespace

Error wrong_state(std::string message, DemandeStatus present) {
  return conflict_at(std::move(message), present);
}
Error wrong_state(std::string message, OffreStatus present) {
  return conflict_at(std::move(message), present);
}
Error wrong_state(std::string message, MeetStatus present) {
  return conflict_at(std::move(message), present);
}
Error wrong_state(std::string message, RingStatus present) {
  return conflict_at(std::move(message), present);
}

}  // namespace vv::market
