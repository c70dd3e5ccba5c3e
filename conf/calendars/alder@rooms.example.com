# A room, see calendar(5).  The name of the file is the address of the room.
kind = room
name = Alder, 2nd floor
zone = Europe/Berlin
