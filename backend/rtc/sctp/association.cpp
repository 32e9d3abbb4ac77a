#include "rtc/sctp/association.hpp"

#include "base/check.hpp"
#include "rtc/sctp/core.hpp"

namespace vv::rtc::sctp {

SctpAssociation SctpAssociation::create(const Options& options) {
  VV_CHECK(options.random != nullptr, "the owner brings the randomness");
  VV_CHECK(options.max_packet >= 512 && options.max_packet <= 65'535, "a packet holds every chunk");
  return SctpAssociation{std::make_unique<Core>(options)};
}

SctpAssociation::SctpAssociation(std::unique_ptr<Core> core) : core_(std::move(core)) {}
SctpAssociation::~SctpAssociation() = default;
SctpAssociation::SctpAssociation(SctpAssociation&&) noexcept = default;
SctpAssociation& SctpAssociation::operator=(SctpAssociation&&) noexcept = default;

void SctpAssociation::connect(Instant now) noexcept { core_->connect(now); }
bool SctpAssociation::is_connected() const noexcept { return core_->is_connected(); }
void SctpAssociation::handle_packet(Instant now, Bytes packet) noexcept {
  core_->handle_packet(now, packet);
}
void SctpAssociation::handle_timeout(Instant now) noexcept { core_->handle_timeout(now); }
Instant SctpAssociation::next_timeout() const noexcept { return core_->next_timeout(); }
std::optional<std::size_t> SctpAssociation::poll_packet(Instant now, MutableBytes out) noexcept {
  return core_->poll_packet(now, out);
}
std::optional<Event> SctpAssociation::poll_event() noexcept { return core_->poll_event(); }
Result<std::uint16_t, SendError> SctpAssociation::open(std::string_view label,
                                                       const ChannelOptions& options) noexcept {
  return core_->open(label, options);
}
Result<void, SendError> SctpAssociation::send(std::uint16_t stream, Bytes message,
                                              bool binary) noexcept {
  return core_->send(stream, message, binary);
}
void SctpAssociation::close(std::uint16_t stream) noexcept { core_->close(stream); }
std::size_t SctpAssociation::buffered(std::uint16_t stream) const noexcept {
  return core_->buffered(stream);
}
void SctpAssociation::abort() noexcept { core_->abort(); }

}  // namespace vv::rtc::sctp
