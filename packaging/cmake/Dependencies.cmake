# SPDX-License-Identifier: GPL-3.0-or-later
# Every dependency of the project; the reason for each stands in ARCHITECTURE.md.
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network WebSockets Sql)
find_package(Qt6Keychain REQUIRED)
find_package(tl-expected REQUIRED)
find_package(simdjson REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(SQLite3 3.38 REQUIRED)
find_package(Threads REQUIRED)
if(APEX_BUILD_GUI)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets Svg)
    find_package(md4c REQUIRED)
    # Qt's own "PrintSupport" is what it stands on; it comes without a CMake package.
    find_package(Qt6 6.4 REQUIRED COMPONENTS PrintSupport)
    find_path(QSCINTILLA_INCLUDE Qsci/qsciscintilla.h PATHS ${Qt6Widgets_INCLUDE_DIRS} PATH_SUFFIXES qt6 REQUIRED)
    find_library(QSCINTILLA_LIBRARY NAMES qscintilla2_qt6 REQUIRED)
    add_library(Apex::QScintilla INTERFACE IMPORTED)
    set_target_properties(Apex::QScintilla PROPERTIES
        INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${QSCINTILLA_INCLUDE}" INTERFACE_INCLUDE_DIRECTORIES "${QSCINTILLA_INCLUDE}"
        INTERFACE_LINK_LIBRARIES "${QSCINTILLA_LIBRARY};Qt6::PrintSupport;Qt6::Widgets")
endif()
if(UNIX AND NOT APPLE)
    find_package(Qt6 6.4 REQUIRED COMPONENTS DBus)
endif()
if(APEX_BUILD_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
endif()

if(APEX_PCH)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/empty.cpp "// Only carries a precompiled header.\n")
    add_library(apex_pch_core OBJECT ${CMAKE_BINARY_DIR}/pch/empty.cpp)
    target_link_libraries(apex_pch_core PRIVATE apex_options Qt6::Core)
    target_precompile_headers(apex_pch_core PRIVATE
        <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <string> <utility> <variant> <vector>
        <QByteArray> <QDateTime> <QHash> <QList> <QObject> <QString> <QStringList> <QUrl>
        <QAbstractItemModel> <QCoreApplication> <QDebug> <QFile> <QDir> <QJsonDocument> <QJsonObject> <QJsonArray> <QTimer>)
    if(APEX_BUILD_GUI)
        file(WRITE ${CMAKE_BINARY_DIR}/pch/empty_widgets.cpp "// Only carries a precompiled header.\n")
        add_library(apex_pch_widgets OBJECT ${CMAKE_BINARY_DIR}/pch/empty_widgets.cpp)
        target_link_libraries(apex_pch_widgets PRIVATE apex_options Qt6::Widgets)
        target_precompile_headers(apex_pch_widgets PRIVATE
            <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <variant> <vector>
            <QtCore> <QApplication> <QWidget> <QPainter> <QEvent> <QLayout> <QLabel> <QPushButton> <QAbstractScrollArea>
            <QTextLayout> <QTextDocument> <QAccessible>)
    endif()
endif()
