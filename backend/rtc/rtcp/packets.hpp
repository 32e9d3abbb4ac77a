#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"

namespace vv::rtc::rtcp {

/// One report block (RFC 3550 §6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;    ///< 256ths of the interval's expected packets
  std::int32_t cumulative_lost = 0;  ///< 24 bits, signed
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;               ///< timestamp units
  std::uint32_t last_sr = 0;              ///< middle 32 bits of the last SR's NTP time, 0 when none
  std::uint32_t delay_since_last_sr = 0;  ///< 1/65536 s
  bool operator==(const ReportBlock&) const = default;
};

/// A list of fixed-size entries in borrowed, already checked bytes.
template <class Entry, std::size_t Size, Entry (*Read)(const std::uint8_t*)>
class EntryList {
 public:
  EntryList() = default;
  /// Trailing bytes short of an entry are left out.
  explicit EntryList(Bytes bytes) : bytes_(bytes.first(bytes.size() / Size * Size)) {}
  [[nodiscard]] std::size_t size() const { return bytes_.size() / Size; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] Entry operator[](std::size_t i) const { return Read(&bytes_[i * Size]); }

  class Iterator {
   public:
    Iterator(const EntryList* list, std::size_t i) : list_(list), i_(i) {}
    Entry operator*() const { return (*list_)[i_]; }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return i_ == other.i_; }

   private:
    const EntryList* list_;
    std::size_t i_;
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }

 private:
  Bytes bytes_;
};

/// Generic NACK entry (RFC 4585 §6.2.1): a number and a mask of the 16 after it.
struct NackItem {
  std::uint16_t packet_id = 0;
  std::uint16_t mask = 0;
};
struct FirItem {
  std::uint32_t ssrc = 0;
  std::uint8_t sequence = 0;
};

[[nodiscard]] ReportBlock read_report_block(const std::uint8_t* p);
[[nodiscard]] NackItem read_nack_item(const std::uint8_t* p);
[[nodiscard]] FirItem read_fir_item(const std::uint8_t* p);
[[nodiscard]] std::uint32_t read_ssrc(const std::uint8_t* p);

using ReportBlocks = EntryList<ReportBlock, 24, read_report_block>;
using NackItems = EntryList<NackItem, 4, read_nack_item>;
using FirItems = EntryList<FirItem, 8, read_fir_item>;
using Ssrcs = EntryList<std::uint32_t, 4, read_ssrc>;

// The blocks of a compound, as views into it.
struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;  ///< 32.32 seconds since 1900
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
  ReportBlocks reports;
};
struct ReceiverReport {
  std::uint32_t ssrc = 0;
  ReportBlocks reports;
};
struct SourceDescription {
  std::uint32_t ssrc = 0;  ///< of the first chunk
  std::string_view cname;  ///< of the first chunk, empty when it has none
};
struct Bye {
  Ssrcs ssrcs;
};
struct Nack {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  NackItems items;
};
struct Pli {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
};
struct Fir {
  std::uint32_t sender_ssrc = 0;
  FirItems items;
};
/// draft-alvestrand-rmcat-remb-03
struct Remb {
  std::uint32_t sender_ssrc = 0;
  std::uint64_t bitrate = 0;  ///< bit/s, as the sender says; clamp it (threat-model M17)
  Ssrcs ssrcs;
};
/// Transport-wide feedback; `bwe::TwccFeedback` reads the body.
struct Twcc {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  Bytes body;  ///< from the base sequence number on
};

using Block =
    std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, Nack, Pli, Fir, Remb, Twcc>;

}  // namespace vv::rtc::rtcp
