// SPI NewCase: a case that police send to court. One message is one Input with one Incident: offences, people, references.
#pragma once

#include <string_view>

#include "adapters/police/incidents.h"

namespace concordat::police {

/// Takes the message out of its wrappers (SOAP envelope, RouteData, escaped text, prefixes), honours TestOperation, and maps
/// the case. A test message in a live program fails with E-TEST-DATA. Pure.
sdk::Input read_spi(std::string_view text, const Reading& reading);

}  // namespace concordat::police
