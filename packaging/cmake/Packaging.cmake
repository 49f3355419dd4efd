# SPDX-License-Identifier: GPL-3.0-or-later
# Install rules and CPack (DEB, RPM, TGZ on Linux).
include(Branding)

if(TARGET apex)
    install(TARGETS apex RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET apex-desktop)
    install(TARGETS apex-desktop RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} BUNDLE DESTINATION .)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/resources/prices/prices.json DESTINATION ${CMAKE_INSTALL_DATADIR}/apex-desktop/prices)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/resources/samples DESTINATION ${CMAKE_INSTALL_DATADIR}/apex-desktop
        PATTERN "*.py" EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(UNIX AND NOT APPLE)
    configure_file(${PROJECT_SOURCE_DIR}/packaging/common/apex-desktop.desktop.in ${CMAKE_BINARY_DIR}/${APEX_BRAND_ID}.desktop @ONLY)
    configure_file(${PROJECT_SOURCE_DIR}/packaging/common/apex-desktop.metainfo.xml.in ${CMAKE_BINARY_DIR}/${APEX_BRAND_ID}.metainfo.xml @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/${APEX_BRAND_ID}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${CMAKE_BINARY_DIR}/${APEX_BRAND_ID}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${PROJECT_SOURCE_DIR}/resources/icons/apex-desktop.svg
            DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps RENAME ${APEX_BRAND_ID}.svg)
endif()

set(CPACK_PACKAGE_NAME apex-desktop)
set(CPACK_PACKAGE_VENDOR ${APEX_BRAND_VENDOR})
set(CPACK_PACKAGE_CONTACT ${APEX_BRAND_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${APEX_BRAND_SUMMARY})
set(CPACK_PACKAGE_DESCRIPTION ${APEX_BRAND_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
if(UNIX AND NOT APPLE)
    set(CPACK_GENERATOR DEB TGZ)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time, so invisible to shlibdeps: SQL driver, window-system plugins, Secret Service client.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6sql6-sqlite, qt6-qpa-plugins, libsecret-1-0, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnome-keyring | kwalletmanager, xdg-utils, fonts-noto-core, qt6-wayland")
include(CPack)
